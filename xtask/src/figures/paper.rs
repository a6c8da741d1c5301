//! What the report says in numbers: its table of section 4.2. The curves of its figures are not in
//! its text.

/// A column of the table: what it is called there, the suite of ours that is closest, and the
/// microseconds of a message of 100 bytes, 1000, ... to a megabyte and its answer of 4 bytes.
pub struct Column {
    /// Its head.
    pub name: &'static str,
    /// Ours.
    pub suite: &'static str,
    /// For each of `throughput::TABLE_SIZES`.
    pub us: [u32; 5],
}

/// Standard PVM 3.3.9, first; then secure PVM. Between two Sun SPARC5 with SunOS 4.1.4, on one
/// Ethernet segment.
pub const TABLE: [Column; 4] = [
    Column {
        name: "PVM",
        suite: "plain",
        us: [5_739, 6_668, 18_999, 147_219, 1_528_444],
    },
    Column {
        name: "PVM (md5)",
        suite: "keyed-md5",
        us: [9_106, 10_627, 32_022, 276_958, 3_113_104],
    },
    Column {
        name: "PVM (des+md5)",
        suite: "des-ctr+keyed-md5",
        us: [10_504, 16_804, 76_790, 677_735, 6_678_024],
    },
    Column {
        name: "PVM (rc4+md5)",
        suite: "rc4+keyed-md5",
        us: [10_509, 13_458, 49_861, 427_962, 4_346_369],
    },
];

impl Column {
    /// Divided by standard PVM's times.
    pub fn ratios(&self) -> impl Iterator<Item = f64> {
        let plain = TABLE[0].us;
        self.us
            .into_iter()
            .zip(plain)
            .map(|(us, plain)| f64::from(us) / f64::from(plain))
    }
}
