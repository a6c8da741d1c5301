//! What is seen on the wire: IPv4 packets, and the UDP datagrams that they carry, put together again.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddrV4};

use secpvm::lab::packet::Datagram;
use secpvm::lab::pcap::Frame;

const ETHERNET_HEADER_LEN: usize = 14;
const UDP_HEADER_LEN: usize = 8;
pub const UDP: u8 = 17;
pub const TCP: u8 = 6;

/// An IPv4 packet, whole or a fragment.
struct Packet<'a> {
    protocol: u8,
    source: Ipv4Addr,
    destination: Ipv4Addr,
    id: u16,
    /// Of the fragment within the datagram, in bytes.
    offset: usize,
    more: bool,
    payload: &'a [u8],
}

/// The IP protocols of all packets.
pub fn protocols(frames: &[Frame]) -> Vec<u8> {
    let packets = frames.iter().filter_map(Packet::of);
    packets.map(|packet| packet.protocol).collect()
}

/// All UDP datagrams, in the order of their last fragments. A captured fragment must not be left.
pub fn datagrams(frames: &[Frame]) -> Vec<Datagram> {
    let mut parts: HashMap<(Ipv4Addr, Ipv4Addr, u16), Vec<u8>> = HashMap::new();
    let mut whole = Vec::new();
    for packet in frames.iter().filter_map(Packet::of) {
        if packet.protocol != UDP {
            continue;
        }
        let key = (packet.source, packet.destination, packet.id);
        let udp = parts.entry(key).or_default();
        assert_eq!(udp.len(), packet.offset, "fragments come in order");
        udp.extend(packet.payload);
        if !packet.more {
            let udp = parts.remove(&key).unwrap();
            whole.push(Datagram {
                source: SocketAddrV4::new(packet.source, u16_at(&udp, 0)),
                destination: SocketAddrV4::new(packet.destination, u16_at(&udp, 2)),
                payload: udp[UDP_HEADER_LEN..usize::from(u16_at(&udp, 4))].to_vec(),
            });
        }
    }
    assert!(parts.is_empty(), "the capture ends within a datagram");
    whole
}

/// Those of them from one address to another.
pub fn between(
    datagrams: &[Datagram],
    from: Option<Ipv4Addr>,
    to: Option<Ipv4Addr>,
) -> Vec<Datagram> {
    let ours = datagrams.iter().filter(|datagram| {
        Some(*datagram.source.ip()) == from && Some(*datagram.destination.ip()) == to
    });
    ours.cloned().collect()
}

/// How many frames show one of the texts.
pub fn readable(frames: &[Frame], texts: &[&str]) -> usize {
    let shows = |frame: &&Frame| {
        texts.iter().any(|text| {
            let windows = &mut frame.bytes.windows(text.len());
            windows.any(|window| window == text.as_bytes())
        })
    };
    frames.iter().filter(shows).count()
}

impl<'a> Packet<'a> {
    fn of(frame: &'a Frame) -> Option<Self> {
        let ip = frame.bytes.get(ETHERNET_HEADER_LEN..)?;
        if frame.bytes[12..14] != [0x08, 0x00] {
            return None;
        }
        let fragment = u16_at(ip, 6);
        let address = |at: usize| Ipv4Addr::new(ip[at], ip[at + 1], ip[at + 2], ip[at + 3]);
        Some(Self {
            protocol: ip[9],
            source: address(12),
            destination: address(16),
            id: u16_at(ip, 4),
            offset: usize::from(fragment & 0x1fff) * 8,
            more: fragment & 0x2000 != 0,
            payload: &ip[usize::from(ip[0] & 0x0f) * 4..usize::from(u16_at(ip, 2))],
        })
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}
