//! Keeps back the bare answers that hyper gives by itself to what it cannot read, so that ours can be given instead.

use std::io::Error;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Every answer of ours has this header, and those of hyper do not.
const OURS: &[u8] = b"\r\nx-content-type-options:";

/// A connection on which hyper writes.
pub struct Screened {
    stream: TokioIo<TcpStream>,
    kept_back: Option<u16>,
}

impl Screened {
    pub fn new(stream: TcpStream) -> Self {
        Self { stream: TokioIo::new(stream), kept_back: None }
    }

    /// The stream, and the status of the answer that was kept back.
    pub fn into_inner(self) -> (TcpStream, Option<u16>) {
        (self.stream.into_inner(), self.kept_back)
    }
}

/// Where a bare answer begins in `bytes`, and its status. It is the last thing that is written on a connection, and has no
/// body, so that few other writes end as it does.
fn bare(bytes: &[u8]) -> Option<(usize, u16)> {
    const BEGIN: &[u8] = b"HTTP/1.1 4";
    let head = bytes.strip_suffix(b"\r\n\r\n")?;
    let at = head.windows(BEGIN.len()).rposition(|window| window == BEGIN)?;
    let head = head.get(at..)?;
    if head.windows(OURS.len()).any(|window| window == OURS) {
        return None;
    }
    let status = str::from_utf8(head.get(BEGIN.len() - 1..BEGIN.len() + 2)?).ok()?;
    Some((at, status.parse().ok()?))
}

/// Answers are written in one piece, which can be looked at, and not as a list of pieces.
impl Write for Screened {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, Error>> {
        let this = self.get_mut();
        match bare(bytes) {
            None => Pin::new(&mut this.stream).poll_write(context, bytes),
            Some((0, status)) => {
                this.kept_back = Some(status);
                Poll::Ready(Ok(bytes.len()))
            }
            // First the answers before it.
            Some((at, _)) => {
                let before = bytes.get(..at).unwrap_or_default();
                Pin::new(&mut this.stream).poll_write(context, before)
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

impl Read for Screened {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}
