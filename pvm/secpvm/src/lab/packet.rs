//! IPv4 and UDP packets: taken out of captured frames, and made by an attacker.

use std::net::{Ipv4Addr, SocketAddrV4};

const ETHERNET_HEADER_LEN: usize = 14;
const ETHERTYPE_IPV4: [u8; 2] = [0x08, 0x00];
const IPV4_HEADER_LEN: usize = 20;
const UDP_HEADER_LEN: usize = 8;
const PROTOCOL_UDP: u8 = 17;
/// Bytes behind the IPv4 header in a fragment for an MTU of 1500: the most that is a multiple of 8.
const FRAGMENT_LEN: usize = 1480;
const MORE_FRAGMENTS: u16 = 0x2000;

/// A UDP datagram that came in one frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram {
    /// Where it says it comes from.
    pub source: SocketAddrV4,
    /// Where it goes to.
    pub destination: SocketAddrV4,
    /// What it carries.
    pub payload: Vec<u8>,
}

impl Datagram {
    /// The datagram in an Ethernet frame. `None` for anything else, and for fragments.
    pub fn parse(frame: &[u8]) -> Option<Self> {
        let (ethernet, ip) = frame.split_at_checked(ETHERNET_HEADER_LEN)?;
        if ethernet[12..] != ETHERTYPE_IPV4 || ip.len() < IPV4_HEADER_LEN || ip[9] != PROTOCOL_UDP {
            return None;
        }
        let header_len = usize::from(ip[0] & 0x0f) * 4;
        let fragment = u16_at(ip, 6) & (MORE_FRAGMENTS | 0x1fff);
        if ip[0] >> 4 != 4 || header_len < IPV4_HEADER_LEN || fragment != 0 {
            return None;
        }
        let udp = ip.get(header_len..usize::from(u16_at(ip, 2)))?;
        if udp.len() < UDP_HEADER_LEN {
            return None;
        }
        Some(Self {
            source: SocketAddrV4::new(address_at(ip, 12), u16_at(udp, 0)),
            destination: SocketAddrV4::new(address_at(ip, 16), u16_at(udp, 2)),
            payload: udp
                .get(UDP_HEADER_LEN..usize::from(u16_at(udp, 4)))?
                .to_vec(),
        })
    }

    /// The IPv4 packets that carry it over an MTU of 1500: one, or its fragments, with the number
    /// `id` in common. The UDP checksum is left out (RFC 768 allows it); the IPv4 checksum is left
    /// to the kernel that sends the packet.
    ///
    /// # Panics
    /// The payload is longer than the 65,507 bytes that UDP over IPv4 can carry.
    pub fn to_packets(&self, id: u16) -> Vec<Vec<u8>> {
        let udp_len = u16::try_from(UDP_HEADER_LEN + self.payload.len()).expect("a UDP payload");
        assert!(
            usize::from(udp_len) <= usize::from(u16::MAX) - IPV4_HEADER_LEN,
            "a UDP payload over IPv4"
        );
        let mut udp = Vec::with_capacity(usize::from(udp_len));
        for field in [self.source.port(), self.destination.port(), udp_len, 0] {
            udp.extend(field.to_be_bytes());
        }
        udp.extend(&self.payload);
        let last = udp.len().div_ceil(FRAGMENT_LEN) - 1;
        let fragments = udp.chunks(FRAGMENT_LEN).enumerate();
        fragments
            .map(|(number, fragment)| self.packet(id, number, number < last, fragment))
            .collect()
    }

    fn packet(&self, id: u16, number: usize, more: bool, fragment: &[u8]) -> Vec<u8> {
        let len = u16::try_from(IPV4_HEADER_LEN + fragment.len()).expect("at most 1500 bytes");
        let offset =
            u16::try_from(number * FRAGMENT_LEN / 8).expect("below 64 KiB, in units of 8 bytes");
        let mut packet = vec![0x45, 0];
        packet.extend(len.to_be_bytes());
        packet.extend(id.to_be_bytes());
        packet.extend((offset | if more { MORE_FRAGMENTS } else { 0 }).to_be_bytes());
        packet.extend([64, PROTOCOL_UDP, 0, 0]);
        packet.extend(self.source.ip().octets());
        packet.extend(self.destination.ip().octets());
        packet.extend(fragment);
        packet
    }
}

/// The bytes of a frame that are the payload of its UDP datagram. `None` where [`Datagram::parse`]
/// finds none.
pub fn udp_payload(frame: &mut [u8]) -> Option<&mut [u8]> {
    let payload_len = Datagram::parse(frame)?.payload.len();
    let at = udp_at(frame) + UDP_HEADER_LEN;
    frame.get_mut(at..at + payload_len)
}

/// Take the checksum out of a UDP datagram, or of its first fragment (RFC 768 allows it): what is
/// altered is to arrive, and one that was left to hardware was never right.
pub fn without_udp_checksum(frame: &mut [u8]) {
    let Some((ethernet, ip)) = frame.split_at_checked(ETHERNET_HEADER_LEN) else {
        return;
    };
    if ethernet[12..] != ETHERTYPE_IPV4 || ip.len() < IPV4_HEADER_LEN || ip[9] != PROTOCOL_UDP {
        return;
    }
    let offset = u16_at(ip, 6) & 0x1fff;
    if offset != 0 {
        return;
    }
    let at = udp_at(frame) + UDP_HEADER_LEN - 2;
    if let Some(checksum) = frame.get_mut(at..at + 2) {
        checksum.fill(0);
    }
}

/// Where the UDP header of an Ethernet frame with IPv4 begins.
fn udp_at(frame: &[u8]) -> usize {
    ETHERNET_HEADER_LEN + usize::from(frame[ETHERNET_HEADER_LEN] & 0x0f) * 4
}

/// Where an IPv4 packet goes to, if it is one.
pub fn ipv4_destination(packet: &[u8]) -> Option<Ipv4Addr> {
    (packet.len() >= IPV4_HEADER_LEN && packet[0] >> 4 == 4).then(|| address_at(packet, 16))
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

fn address_at(bytes: &[u8], at: usize) -> Ipv4Addr {
    Ipv4Addr::new(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn datagram(payload: Vec<u8>) -> Datagram {
        Datagram {
            source: "10.77.0.1:4711".parse().unwrap(),
            destination: "10.77.0.2:53033".parse().unwrap(),
            payload,
        }
    }

    fn frame(packet: &[u8]) -> Vec<u8> {
        [&[0; 12], ETHERTYPE_IPV4.as_slice(), packet].concat()
    }

    #[test]
    fn a_short_datagram_is_one_packet_and_back() {
        let short = datagram(vec![7; 16]);
        let packets = short.to_packets(1);
        assert_eq!(packets.len(), 1);
        assert_eq!(packets[0].len(), 20 + 8 + 16);
        assert_eq!(ipv4_destination(&packets[0]), Some(*short.destination.ip()));
        assert_eq!(Datagram::parse(&frame(&packets[0])), Some(short));
    }

    #[test]
    fn padding_of_a_short_frame_is_not_payload() {
        let short = datagram(vec![7; 4]);
        let mut padded = frame(&short.to_packets(1)[0]);
        padded.resize(60, 0);
        assert_eq!(Datagram::parse(&padded), Some(short));
    }

    #[test]
    fn a_long_datagram_is_cut_into_fragments() {
        let packets = datagram((0..=255).cycle().take(4080).collect()).to_packets(9);
        let fields: Vec<(usize, u16)> = packets
            .iter()
            .map(|packet| (packet.len(), u16_at(packet, 6)))
            .collect();
        assert_eq!(
            fields,
            [
                (1500, 0x2000),
                (1500, 0x2000 + 185),
                (20 + 4088 - 2960, 370)
            ]
        );
        assert!(
            packets
                .iter()
                .all(|packet| Datagram::parse(&frame(packet)).is_none())
        );
        let whole: Vec<u8> = packets
            .iter()
            .flat_map(|packet| &packet[20..])
            .copied()
            .collect();
        assert_eq!(
            whole[8..],
            datagram((0..=255).cycle().take(4080).collect()).payload
        );
    }

    #[test]
    fn a_payload_is_altered_in_its_frame_and_the_checksum_is_gone() {
        let mut frame = frame(&datagram(b"pay 10".to_vec()).to_packets(1)[0]);
        let checksum_at = 14 + 20 + 6;
        frame[checksum_at] = 0x12;
        without_udp_checksum(&mut frame);
        assert_eq!(frame[checksum_at..checksum_at + 2], [0, 0]);
        udp_payload(&mut frame).unwrap()[4] = b'9';
        assert_eq!(Datagram::parse(&frame), Some(datagram(b"pay 90".to_vec())));
        for len in 0..frame.len() {
            let mut cut = frame[..len].to_vec();
            without_udp_checksum(&mut cut);
            assert!(udp_payload(&mut cut).is_none(), "cut to {len} bytes");
        }
    }

    #[test]
    fn other_frames_are_no_datagrams() {
        let whole = frame(&datagram(vec![7; 16]).to_packets(1)[0]);
        for len in 0..whole.len() {
            assert_eq!(Datagram::parse(&whole[..len]), None, "cut to {len} bytes");
        }
        for (at, value) in [(12, 0x86), (14, 0x65), (14, 0x44), (23, 6), (38, 0xff)] {
            let mut other = whole.clone();
            other[at] = value;
            assert_eq!(Datagram::parse(&other), None, "byte {at} is {value:#x}");
        }
    }
}
