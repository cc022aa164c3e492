//! Standard input that tells when it is closed: the library answers what is under way first, and a heist may be under way.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::watch;

/// An input, and who is told of its end.
pub(super) struct Input<R> {
    inner: R,
    end: watch::Sender<()>,
}

impl<R> Input<R> {
    pub(super) fn new(inner: R) -> (Self, watch::Receiver<()>) {
        let (end, ended) = watch::channel(());
        (Self { inner, end }, ended)
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Input<R> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = ready!(Pin::new(&mut self.inner).poll_read(cx, into));
        if read.is_err() || into.filled().len() == before {
            self.end.send_replace(());
        }
        Poll::Ready(read)
    }
}
