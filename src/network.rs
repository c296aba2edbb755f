//! Networks, as people and WeCom write them: an address, a range by the bits that its addresses share, or one with stars.

use std::{net::IpAddr, str::FromStr};

const IPV4_BITS: u32 = 32;
const IPV6_BITS: u32 = 128;

/// The addresses that begin alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Network {
    /// `10.0.0.0/8`, `fd00::/8`; a single address is one with all of its bits.
    Range { first: IpAddr, bits: u32 },
    /// `101.226.*.*`: a star stands for one of the four numbers.
    Stars([Option<u8>; 4]),
}

/// It is written in none of these ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoNetwork;

impl Network {
    /// Whether the address is one of them. An IPv4 address that is written as IPv6 is the IPv4 address.
    pub fn covers(&self, address: IpAddr) -> bool {
        match (self, address.to_canonical()) {
            (Self::Range { first: IpAddr::V4(first), bits }, IpAddr::V4(address)) => {
                let differs = u32::from(*first) ^ u32::from(address);
                differs.checked_shr(IPV4_BITS - bits).unwrap_or(0) == 0
            }
            (Self::Range { first: IpAddr::V6(first), bits }, IpAddr::V6(address)) => {
                let differs = u128::from(*first) ^ u128::from(address);
                differs.checked_shr(IPV6_BITS - bits).unwrap_or(0) == 0
            }
            (Self::Stars(numbers), IpAddr::V4(address)) => {
                numbers.iter().zip(address.octets()).all(|(number, octet)| number.is_none_or(|n| n == octet))
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        if text.contains('*') {
            let mut numbers = [Some(0); 4];
            let mut parts = text.split('.');
            for number in &mut numbers {
                *number = match parts.next().ok_or(NoNetwork)? {
                    "*" => None,
                    part => Some(part.parse().map_err(|_| NoNetwork)?),
                };
            }
            return if parts.next().is_none() { Ok(Self::Stars(numbers)) } else { Err(NoNetwork) };
        }
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let first: IpAddr = address.parse().map_err(|_| NoNetwork)?;
        let all = if first.is_ipv4() { IPV4_BITS } else { IPV6_BITS };
        let bits = match bits {
            None => all,
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= all).ok_or(NoNetwork)?,
        };
        // An IPv4 address that is written as IPv6 is the IPv4 address, here as where one is looked for.
        match (first.to_canonical(), bits.checked_sub(IPV6_BITS - IPV4_BITS)) {
            (first @ IpAddr::V4(_), Some(bits)) => Ok(Self::Range { first, bits }),
            _ => Ok(Self::Range { first, bits }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_in_a_network_or_not() {
        let covers = |network: &str, address: &str| {
            network.parse::<Network>().unwrap().covers(address.parse().unwrap())
        };
        for (network, inside, outside) in [
            ("101.226.1.2", "101.226.1.2", "101.226.1.3"),
            ("101.226.1.0/24", "101.226.1.255", "101.226.2.0"),
            ("101.226.1.77/25", "101.226.1.0", "101.226.1.128"),
            ("101.226.*.*", "101.226.9.9", "101.227.9.9"),
            ("101.*.1.2", "101.7.1.2", "101.7.1.3"),
            ("fd00::/8", "fd12::1", "fe80::1"),
            ("2400:3200::1", "2400:3200::1", "2400:3200::2"),
            ("10.0.0.0/8", "::ffff:10.1.2.3", "fd00::1"),
            ("::ffff:10.0.0.2", "10.0.0.2", "10.0.0.3"),
            ("::ffff:10.0.0.0/104", "::ffff:10.1.2.3", "11.0.0.0"),
        ] {
            assert!(covers(network, inside), "{network} {inside}");
            assert!(!covers(network, outside), "{network} {outside}");
        }
        assert!(covers("0.0.0.0/0", "1.2.3.4") && covers("::/0", "1::") && !covers("0.0.0.0/0", "1::"));
        for wrong in [
            "",
            "10.0.0.0/33",
            "fd00::/129",
            "10.0.0",
            "1.2.3.*.5",
            "1.2.*",
            "300.*.*.*",
            "10.0.0.0/",
            "a.example",
        ] {
            assert_eq!(wrong.parse::<Network>(), Err(NoNetwork), "{wrong}");
        }
    }
}
