//! Small circuits for four Boolean functions of six variables, after M. Kwan, "Reducing the Gate
//! Count of Bitslice DES" (2000): what exists already is used wherever it agrees with the target on
//! the inputs that matter; else one or two gates are added; else the inputs are split in two by a
//! variable, and each half is a smaller target of the same kind.

/// A function of six variables: its value for input `i` is bit `i`.
pub type Table = u64;

/// The variables; variable 0 is the lowest bit of the input.
pub const VARIABLES: [Table; 6] = [
    0xaaaa_aaaa_aaaa_aaaa,
    0xcccc_cccc_cccc_cccc,
    0xf0f0_f0f0_f0f0_f0f0,
    0xff00_ff00_ff00_ff00,
    0xffff_0000_ffff_0000,
    0xffff_ffff_0000_0000,
];

const NODES_MAX: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    And,
    Or,
    Xor,
    /// The first and not the second.
    AndNot,
    /// Not the first; the second does not matter.
    Not,
}

const OPERATIONS: [Operation; 4] = [
    Operation::Xor,
    Operation::And,
    Operation::Or,
    Operation::AndNot,
];

impl Operation {
    pub fn apply(self, a: Table, b: Table) -> Table {
        match self {
            Self::And => a & b,
            Self::Or => a | b,
            Self::Xor => a ^ b,
            Self::AndNot => a & !b,
            Self::Not => !a,
        }
    }
}

/// An operation on two nodes.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    pub operation: Operation,
    pub a: usize,
    pub b: usize,
}

/// Nodes 0 to 5 are the variables, the others gates.
#[derive(Clone)]
pub struct Circuit {
    tables: [Table; NODES_MAX],
    gates: [Gate; NODES_MAX],
    len: usize,
    pub outputs: [usize; 4],
}

impl Circuit {
    fn new() -> Self {
        let mut tables = [0; NODES_MAX];
        tables[..6].copy_from_slice(&VARIABLES);
        let gates = [Gate {
            operation: Operation::Not,
            a: 0,
            b: 0,
        }; NODES_MAX];
        Self {
            tables,
            gates,
            len: 6,
            outputs: [0; 4],
        }
    }

    /// The gates, from node 6 on.
    pub fn gates(&self) -> &[Gate] {
        &self.gates[6..self.len]
    }

    fn push(&mut self, operation: Operation, a: usize, b: usize) -> usize {
        self.tables[self.len] = operation.apply(self.tables[a], self.tables[b]);
        self.gates[self.len] = Gate { operation, a, b };
        self.len += 1;
        self.len - 1
    }
}

/// A circuit of fewer than `nodes_below` nodes for the four `targets`, made in the given order, if
/// the search meets one.
pub fn search(
    targets: &[Table; 4],
    order: [usize; 4],
    seed: u64,
    nodes_below: usize,
) -> Option<Circuit> {
    let mut circuit = Circuit::new();
    let limit = nodes_below.min(NODES_MAX);
    for output in order {
        let target = Target {
            table: targets[output],
            mask: !0,
            split: 0,
            seed,
        };
        circuit.outputs[output] = realise(&mut circuit, target, limit)?;
    }
    Some(circuit)
}

/// What a node is wanted for.
#[derive(Clone, Copy)]
struct Target {
    table: Table,
    /// The inputs that matter.
    mask: Table,
    /// The variables, one bit each, by which the inputs have been split.
    split: u8,
    /// Chooses among equals, so that another seed finds another circuit.
    seed: u64,
}

impl Target {
    fn is(self, table: Table) -> bool {
        (table ^ self.table) & self.mask == 0
    }

    /// A number below `limit`, which depends on the seed and the target only (the last steps of
    /// SplitMix64 by Steele, Lea and Flood): how far a search is limited does not change its result.
    fn choose(self, limit: usize) -> usize {
        let mut z = self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (self.table & self.mask);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ self.mask;
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap_or(0)
    }

    /// The half of the inputs where `variable` is one, or zero.
    fn half(self, variable: usize, one: bool) -> Self {
        let ones = VARIABLES[variable];
        Self {
            mask: self.mask & if one { ones } else { !ones },
            split: self.split | 1 << variable,
            ..self
        }
    }
}

/// Find or make a node that is the target, with the circuit staying below `limit` nodes.
fn realise(circuit: &mut Circuit, target: Target, limit: usize) -> Option<usize> {
    if let Some(node) = (0..circuit.len).find(|&node| target.is(circuit.tables[node])) {
        return Some(node);
    }
    let room = limit.saturating_sub(circuit.len + 1);
    if room >= 1
        && let Some(node) = with_one_gate(circuit, target)
    {
        return Some(node);
    }
    if room >= 2
        && let Some(node) = with_two_gates(circuit, target)
    {
        return Some(node);
    }
    if room < 3 {
        return None;
    }
    let (mut limit, mut best) = (limit, None);
    for variable in (0..6).filter(|variable| target.split >> variable & 1 == 0) {
        for form in [Operation::And, Operation::Or] {
            let mut trial = circuit.clone();
            if let Some(node) = split(&mut trial, target, variable, form, limit) {
                limit = trial.len;
                best = Some((trial, node));
            }
        }
    }
    let (found, node) = best?;
    *circuit = found;
    Some(node)
}

/// `(variable & y) ^ x`, with x right where the variable is zero and y mending it where it is one; or
/// `(variable | y) ^ x`, the other way round.
fn split(
    circuit: &mut Circuit,
    target: Target,
    variable: usize,
    form: Operation,
    limit: usize,
) -> Option<usize> {
    let room = limit.checked_sub(2)?;
    let is_or = form == Operation::Or;
    let mut first = target.half(variable, is_or);
    if is_or {
        first.table = !first.table;
    }
    let x = realise(circuit, first, room)?;
    let mut second = target.half(variable, !is_or);
    second.table ^= circuit.tables[x];
    let y = realise(circuit, second, room)?;
    if circuit.len + 2 >= limit {
        return None;
    }
    let mended = circuit.push(form, variable, y);
    Some(circuit.push(Operation::Xor, mended, x))
}

fn with_one_gate(circuit: &mut Circuit, target: Target) -> Option<usize> {
    let (len, offset) = (circuit.len, target.choose(circuit.len));
    for i in 0..len {
        let a = (i + offset) % len;
        if target.is(!circuit.tables[a]) {
            return Some(circuit.push(Operation::Not, a, a));
        }
    }
    for i in 0..len {
        let a = (i + offset) % len;
        for b in 0..len {
            for operation in OPERATIONS {
                if target.is(operation.apply(circuit.tables[a], circuit.tables[b])) {
                    return Some(circuit.push(operation, a, b));
                }
            }
        }
    }
    None
}

/// `(a . b) . c`, for any operations, or the negation of one gate.
fn with_two_gates(circuit: &mut Circuit, target: Target) -> Option<usize> {
    let negated = Target {
        table: !target.table,
        ..target
    };
    if let Some(node) = with_one_gate(circuit, negated) {
        return Some(circuit.push(Operation::Not, node, node));
    }
    let (len, offset) = (circuit.len, target.choose(circuit.len));
    for i in 0..len {
        let c = (i + offset) % len;
        for wanted in before_last_gate(target, circuit.tables[c]) {
            let Some((operation, c_first, wanted)) = wanted else {
                continue;
            };
            if let Some(node) = with_one_gate(circuit, wanted) {
                let (a, b) = if c_first { (c, node) } else { (node, c) };
                return Some(circuit.push(operation, a, b));
            }
        }
    }
    None
}

/// What must stand beside `table` in the last gate: the operation, whether `table` comes first, and
/// the other side.
fn before_last_gate(target: Target, table: Table) -> [Option<(Operation, bool, Target)>; 5] {
    let Target { table: f, mask, .. } = target;
    let side = |table, mask| Target {
        table,
        mask,
        ..target
    };
    let within = f & !table & mask == 0;
    let around = table & !f & mask == 0;
    let apart = f & table & mask == 0;
    [
        Some((Operation::Xor, false, side(f ^ table, mask))),
        within.then(|| (Operation::And, false, side(f, mask & table))),
        around.then(|| (Operation::Or, false, side(f, mask & !table))),
        apart.then(|| (Operation::AndNot, false, side(f, mask & !table))),
        within.then(|| (Operation::AndNot, true, side(!f, mask & table))),
    ]
}
