//! Reads the hosts file.

use std::net::IpAddr;

/// The addresses that the text of a hosts file gives a name (in small letters), in its order.
pub fn find(text: &[u8], name: &str) -> Vec<IpAddr> {
    let text = String::from_utf8_lossy(text);
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.split_once('#').map_or(line, |(entry, _)| entry);
        let mut words = line.split_ascii_whitespace();
        let Some(address) = words.next() else { continue };
        if words.any(|word| word.trim_end_matches('.').eq_ignore_ascii_case(name))
            && let Ok(address) = address.parse()
            && !found.contains(&address)
        {
            found.push(address);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_addresses_of_all_lines_that_name_it() {
        let text = b"# 10.0.0.9 gpu\n127.0.0.1\tlocalhost\n10.0.0.1  gpu.lan GPU # the large one\n\n\
            fe80::1%eth0 gpu\nno-address gpu\n::2 other gpu.\n10.0.0.1 gpu\n\xff\xfe\r\n172.17.0.1 host.docker.internal\r\n";
        let addresses = |name| find(text, name).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(addresses("gpu"), ["10.0.0.1", "::2"]);
        assert_eq!(addresses("gpu.lan"), ["10.0.0.1"]);
        assert_eq!(addresses("host.docker.internal"), ["172.17.0.1"]);
        for unknown in ["gp", "large", "10.0.0.1", ""] {
            assert!(find(text, unknown).is_empty(), "{unknown}");
        }
    }
}
