//! Asks name servers for addresses (RFC 1035), and the neighbours for names in `.local` (RFC 6762).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::{Pin, pin};
use std::time::Duration;

use aws_lc_rs::rand;
use futures_util::future::{Either, select, select_ok};
use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, Question, RCODE, TYPE};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::{sleep, timeout};

use super::NameError;

/// A server that has not answered after this has company: the next one is asked too, or it is asked again.
const STAGGER: Duration = Duration::from_millis(300);
/// Once a name has addresses of one family, those of the other are waited for so long (RFC 8305, section 3).
const OTHER_FAMILY: Duration = Duration::from_millis(50);
/// More servers than the C library asks are not asked here either.
const MOST_SERVERS: usize = 3;
/// The longest answer that comes by UDP to those who do not offer to read more, in bytes, with some air.
const LONGEST: usize = 2048;
/// A machine in the same network has answered by then.
const NEIGHBOURS_LIMIT: Duration = Duration::from_millis(700);
/// Where every machine listens that answers for itself.
const NEIGHBOURS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(224, 0, 0, 251)), 5353);

/// Whom to ask, and for what.
#[derive(Debug, PartialEq, Eq)]
pub struct Settings {
    servers: Vec<SocketAddr>,
    /// Domains in which a short name may be.
    search: Vec<String>,
    /// A name with so many dots is not short.
    dots: usize,
    /// Each server is asked so often.
    attempts: usize,
}

impl Settings {
    /// Reads the text of a `resolv.conf`. What it does not say is as the C library has it.
    pub fn read(text: &[u8]) -> Self {
        let (read, _) = resolv_conf::Config::parse_with_errors(text);
        let mut servers: Vec<IpAddr> = read.nameservers.iter().map(Into::into).take(MOST_SERVERS).collect();
        if servers.is_empty() {
            servers.push(Ipv4Addr::LOCALHOST.into());
        }
        let search = read.get_last_search_or_domain().map(|domain| domain.trim_end_matches('.').to_owned());
        Self {
            servers: servers.into_iter().map(|server| SocketAddr::new(server, 53)).collect(),
            search: search.filter(|domain| !domain.is_empty()).collect(),
            dots: read.ndots.try_into().unwrap_or(1),
            attempts: read.attempts.clamp(1, 5).try_into().unwrap_or(2),
        }
    }

    /// The names that `name` may stand for, likeliest first.
    fn candidates(&self, name: &str) -> Vec<String> {
        if let Some(whole) = name.strip_suffix('.') {
            return vec![whole.to_owned()];
        }
        let mut all: Vec<_> = self.search.iter().map(|domain| format!("{name}.{domain}")).collect();
        let at = if name.matches('.').count() >= self.dots { 0 } else { all.len() };
        all.insert(at, name.to_owned());
        all
    }
}

/// Why a question has no addresses for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Miss {
    /// There are none.
    Nothing,
    /// Nobody has said.
    Silence,
}

type Answer = Result<Vec<IpAddr>, Miss>;

/// The addresses of `name`, at least one, found within `limit`.
pub async fn find(name: &str, settings: &Settings, limit: Duration) -> Result<Vec<IpAddr>, NameError> {
    let all = async {
        let mut miss = Miss::Nothing;
        for candidate in settings.candidates(name) {
            match look_up(&candidate, settings).await {
                Ok(found) => return Ok(found),
                Err(Miss::Nothing) => {}
                Err(Miss::Silence) => miss = Miss::Silence,
            }
        }
        Err(miss)
    };
    timeout(limit, all).await.unwrap_or(Err(Miss::Silence)).map_err(|miss| match miss {
        Miss::Nothing => NameError::Unknown(name.to_owned()),
        Miss::Silence => {
            let asked: Vec<_> = settings.servers.iter().map(|server| server.ip().to_string()).collect();
            NameError::Unanswered { name: name.to_owned(), asked: asked.join(", ") }
        }
    })
}

/// The addresses of exactly this name.
async fn look_up(name: &str, settings: &Settings) -> Answer {
    let servers = both(name, &settings.servers, settings.attempts);
    if !name.to_ascii_lowercase().ends_with(".local") {
        return servers.await;
    }
    let (servers, neighbours) = (pin!(servers), pin!(timeout(NEIGHBOURS_LIMIT, both(name, &[NEIGHBOURS], 2))));
    match select(servers, neighbours).await {
        Either::Left((Ok(found), _)) | Either::Right((Ok(Ok(found)), _)) => Ok(found),
        // Whoever is not called so does not say it.
        Either::Left((Err(miss), neighbours)) => neighbours.await.ok().and_then(Result::ok).ok_or(miss),
        Either::Right((_, servers)) => servers.await,
    }
}

/// The addresses of both families.
async fn both(name: &str, servers: &[SocketAddr], attempts: usize) -> Answer {
    let four = pin!(ask(name, TYPE::A, servers, attempts));
    let six = pin!(ask(name, TYPE::AAAA, servers, attempts));
    let (first, rest) = select(four, six).await.factor_first();
    joined(first, rest).await
}

async fn joined(first: Answer, rest: impl Future<Output = Answer>) -> Answer {
    match first {
        Ok(mut found) => {
            if let Ok(Ok(more)) = timeout(OTHER_FAMILY, rest).await {
                found.extend(more);
            }
            // An address of the fourth version that leads nowhere is found out at once, one of the sixth not always.
            found.sort_by_key(IpAddr::is_ipv6);
            Ok(found)
        }
        Err(miss) => match rest.await {
            Err(Miss::Nothing) => Err(miss),
            other => other,
        },
    }
}

/// Asks all servers, each a little after the one before, as often as they may be asked. The first answer counts.
async fn ask(name: &str, kind: TYPE, servers: &[SocketAddr], attempts: usize) -> Answer {
    type Asked<'a> = Pin<Box<dyn Future<Output = Result<Answer, ()>> + Send + 'a>>;
    let Some(question) = Ask::new(name, kind) else { return Err(Miss::Nothing) };
    let tries = servers.iter().cycle().take(servers.len() * attempts);
    let tries = (0..).zip(tries).map(|(count, server)| -> Asked<'_> {
        let question = &question;
        Box::pin(async move {
            sleep(STAGGER * count).await;
            question.put(*server).await.ok_or(())
        })
    });
    select_ok(tries).await.map_or(Err(Miss::Silence), |(answer, _)| answer)
}

/// A question, ready to be sent.
struct Ask {
    id: u16,
    name: String,
    kind: TYPE,
    bytes: Vec<u8>,
}

impl Ask {
    /// `None` if this cannot be a name.
    fn new(name: &str, kind: TYPE) -> Option<Self> {
        if name.split('.').any(str::is_empty) {
            return None;
        }
        let mut id = [0; 2];
        rand::fill(&mut id).ok()?;
        let id = u16::from_be_bytes(id);
        let mut packet = Packet::new_query(id);
        packet.set_flags(PacketFlag::RECURSION_DESIRED);
        packet.questions.push(Question::new(Name::new(name).ok()?, kind.into(), CLASS::IN.into(), false));
        Some(Self { id, name: name.to_owned(), kind, bytes: packet.build_bytes_vec().ok()? })
    }

    /// What one server answers, if it does.
    async fn put(&self, server: SocketAddr) -> Option<Answer> {
        let any: IpAddr = if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        let socket = UdpSocket::bind((any, 0)).await.ok()?;
        if server.ip().is_multicast() {
            socket.send_to(&self.bytes, server).await.ok()?;
        } else {
            // Nobody else's answers are let in then.
            socket.connect(server).await.ok()?;
            socket.send(&self.bytes).await.ok()?;
        }
        let mut answer = [0; LONGEST];
        loop {
            let (length, from) = socket.recv_from(&mut answer).await.ok()?;
            if from.port() != server.port() {
                continue;
            }
            match self.read(&answer[..length]) {
                Some(Reply::Whole(answer)) => return answer,
                Some(Reply::Cut) => return self.put_by_stream(server).await,
                // Not the answer to this question.
                None => {}
            }
        }
    }

    /// Asks by TCP: both ways the length comes first.
    async fn put_by_stream(&self, server: SocketAddr) -> Option<Answer> {
        let mut stream = TcpStream::connect(server).await.ok()?;
        let mut question = u16::try_from(self.bytes.len()).ok()?.to_be_bytes().to_vec();
        question.extend_from_slice(&self.bytes);
        stream.write_all(&question).await.ok()?;
        let mut answer = vec![0; stream.read_u16().await.ok()?.into()];
        stream.read_exact(&mut answer).await.ok()?;
        match self.read(&answer)? {
            Reply::Whole(answer) => answer,
            Reply::Cut => None,
        }
    }

    /// Reads an answer, if it is one to this question.
    fn read(&self, bytes: &[u8]) -> Option<Reply> {
        let packet = Packet::parse(bytes).ok()?;
        let [asked] = packet.questions.as_slice() else { return None };
        let alike = asked.qname.to_string().eq_ignore_ascii_case(&self.name) && asked.qtype == self.kind.into();
        if packet.id() != self.id || !packet.has_flags(PacketFlag::RESPONSE) || !alike {
            return None;
        }
        if packet.has_flags(PacketFlag::TRUNCATION) {
            return Some(Reply::Cut);
        }
        // Of a chain of names the server tells the end too, so what an address belongs to need not be looked at.
        let found: Vec<IpAddr> = packet.answers.iter().filter_map(|record| address(&record.rdata)).collect();
        Some(Reply::Whole(match packet.rcode() {
            _ if !found.is_empty() => Some(Ok(found)),
            RCODE::NoError | RCODE::NameError => Some(Err(Miss::Nothing)),
            // It cannot say; another may.
            _ => None,
        }))
    }
}

fn address(data: &RData<'_>) -> Option<IpAddr> {
    match data {
        RData::A(four) => Some(Ipv4Addr::from(four.address).into()),
        RData::AAAA(six) => Some(Ipv6Addr::from(six.address).into()),
        _ => None,
    }
}

/// What came back.
enum Reply {
    /// All of it; `None` if the server cannot or does not want to say.
    Whole(Option<Answer>),
    /// As much as fits.
    Cut,
}

#[cfg(test)]
mod tests {
    use super::*;
    use simple_dns::ResourceRecord;
    use simple_dns::rdata::{A, AAAA, CNAME};
    use std::net::SocketAddrV4;

    /// Plays a name server: what it is asked (name and type) goes to `answer`, which fills in the reply.
    async fn serve(answer: fn(&str, TYPE, &mut Packet<'_>) -> bool) -> SocketAddr {
        let (socket, listener) = loop {
            let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            // The same port may be somebody's for the other protocol.
            if let Ok(listener) = tokio::net::TcpListener::bind(socket.local_addr().unwrap()).await {
                break (socket, listener);
            }
        };
        let address = socket.local_addr().unwrap();
        let reply = move |asked: &[u8], by_stream: bool| {
            let asked = Packet::parse(asked).unwrap();
            let question = asked.questions[0].clone();
            let name = question.qname.to_string();
            let kind = if question.qtype == TYPE::A.into() { TYPE::A } else { TYPE::AAAA };
            let mut reply = Packet::new_reply(asked.id());
            reply.questions.push(question);
            // A name that begins so is too long for UDP.
            if name.starts_with("long") && !by_stream {
                reply.set_flags(PacketFlag::TRUNCATION);
                return Some(reply.build_bytes_vec().unwrap());
            }
            answer(&name, kind, &mut reply).then(|| reply.build_bytes_vec().unwrap())
        };
        tokio::spawn(async move {
            let mut asked = [0; 512];
            loop {
                let (length, from) = socket.recv_from(&mut asked).await.unwrap();
                let Some(reply) = reply(&asked[..length], false) else { continue };
                // What others send is not taken for the answer: noise, another's answer, the question itself.
                let mut other = reply.clone();
                other[0] ^= 1;
                for noise in [b"noise".as_slice(), &other, &asked[..length]] {
                    socket.send_to(noise, from).await.unwrap();
                }
                socket.send_to(&reply, from).await.unwrap();
            }
        });
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut asked = vec![0; stream.read_u16().await.unwrap().into()];
                stream.read_exact(&mut asked).await.unwrap();
                let reply = reply(&asked, true).unwrap();
                stream.write_u16(u16::try_from(reply.len()).unwrap()).await.unwrap();
                stream.write_all(&reply).await.unwrap();
            }
        });
        address
    }

    fn give(reply: &mut Packet<'_>, name: &str, data: RData<'static>) {
        reply.answers.push(ResourceRecord::new(Name::new(name).unwrap().into_owned(), CLASS::IN, 60, data));
    }

    /// Knows some names in `.lan`.
    fn lan(name: &str, kind: TYPE, reply: &mut Packet<'_>) -> bool {
        let four = RData::A(A { address: Ipv4Addr::new(10, 0, 0, 7).into() });
        let six = RData::AAAA(AAAA { address: Ipv6Addr::LOCALHOST.into() });
        match (name, kind) {
            ("gpu.lan" | "long.lan", TYPE::A) => {
                give(reply, name, RData::CNAME(CNAME(Name::new("box.lan").unwrap())));
                give(reply, "box.lan", four);
            }
            ("gpu.lan" | "six.lan", TYPE::AAAA) => give(reply, name, six),
            ("six.lan", _) | ("long.lan", TYPE::AAAA) => {}
            // An answer for one family is enough.
            ("half.lan", TYPE::A) => give(reply, name, four),
            ("half.lan", _) => return false,
            _ => *reply.rcode_mut() = RCODE::NameError,
        }
        true
    }

    fn unable(_: &str, _: TYPE, reply: &mut Packet<'_>) -> bool {
        *reply.rcode_mut() = RCODE::ServerFailure;
        true
    }

    fn silent(_: &str, _: TYPE, _: &mut Packet<'_>) -> bool {
        false
    }

    fn settings(servers: &[SocketAddr]) -> Settings {
        Settings { servers: servers.to_vec(), search: vec!["lan".to_owned()], dots: 1, attempts: 2 }
    }

    const LIMIT: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn a_name_server_is_asked_for_both_families() {
        let settings = settings(&[serve(lan).await]);
        let found = async |name| {
            let found = find(name, &settings, LIMIT).await.unwrap();
            found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        // By its whole name, and in the domain that is searched.
        assert_eq!(found("gpu.lan").await, "10.0.0.7 ::1");
        assert_eq!(found("gpu").await, "10.0.0.7 ::1");
        assert_eq!(found("six").await, "::1");
        assert_eq!(found("long.lan").await, "10.0.0.7");
        assert_eq!(found("half.lan").await, "10.0.0.7");
    }

    #[tokio::test]
    async fn a_server_that_cannot_say_or_is_silent_holds_nobody_up() {
        let (good, unable, silent) = (serve(lan).await, serve(unable).await, serve(silent).await);
        for bad in [unable, silent] {
            let found = find("six.lan", &settings(&[bad, good]), LIMIT).await.unwrap();
            assert_eq!(found, [Ipv6Addr::LOCALHOST]);
        }
        // One that is not there, and that a name does not exist, are known at once.
        let gone = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 9));
        let error = find("nobody.lan", &settings(&[gone, good]), LIMIT).await.unwrap_err();
        assert_eq!(error, NameError::Unknown("nobody.lan".to_owned()));
        for (servers, limit) in [(vec![gone, unable], LIMIT), (vec![silent], Duration::from_millis(100))] {
            let error = find("gpu.lan", &settings(&servers), limit).await.unwrap_err().to_string();
            for word in ["name gpu.lan", "no name server has answered", "127.0.0.1"] {
                assert!(error.contains(word), "no {word} in {error}");
            }
        }
    }

    #[tokio::test]
    async fn what_cannot_be_a_name_is_not_asked_for() {
        for no_name in [".", "a..b", &"x".repeat(64), &"x.".repeat(200)] {
            let error = find(no_name, &settings(&[serve(silent).await]), LIMIT).await.unwrap_err();
            assert_eq!(error, NameError::Unknown(no_name.to_owned()));
        }
    }

    #[test]
    fn settings_are_read_as_the_c_library_reads_them() {
        let read = Settings::read(
            b"# by docker\nnameserver 127.0.0.11\nnameserver ::1\nnameserver 10.0.0.1\nnameserver 10.0.0.2\n\
              search a.example b.example.\noptions edns0 ndots:2 attempts:3 unheard-of\nrubbish here\n",
        );
        let servers = read.servers.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(servers, ["127.0.0.11:53", "[::1]:53", "10.0.0.1:53"]);
        assert_eq!(read.attempts, 3);
        assert_eq!(read.candidates("gpu.lan"), ["gpu.lan.a.example", "gpu.lan.b.example", "gpu.lan"]);
        assert_eq!(read.candidates("a.b.c"), ["a.b.c", "a.b.c.a.example", "a.b.c.b.example"]);
        assert_eq!(read.candidates("gpu.lan."), ["gpu.lan"]);

        let nothing = Settings::read(b"");
        assert_eq!(nothing.servers, [SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 53)]);
        assert_eq!((nothing.attempts, nothing.candidates("gpu")), (2, vec!["gpu".to_owned()]));
    }
}
