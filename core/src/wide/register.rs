//! What all back ends have in common: [`register`] makes a [`Vector`](super::Vector) of a table of
//! instructions. All unsafe code of the back ends is here.

/// A register named `$name` around `$inner`, of instruction set `$feature`, two of which hold
/// `$blocks` blocks; then each operation, in terms of what is inside.
macro_rules! register {
    (
        $(#[$doc:meta])*
        $name:ident($inner:ty), $feature:literal, $blocks:literal blocks;
        splat($bits:ident) = $splat:expr;
        load($load_a:ident, $load_b:ident) = $load:expr;
        store($first:ident, $last:ident) = $store:expr;
        not($not_a:ident) = $not:expr;
        shl($shl_a:ident) = $shl:expr;
        shr($shr_a:ident) = $shr:expr;
        zero_mask_u16($zero_a:ident) = $zero_mask:expr;
        impl { $($trait:ident $operator:ident($operator_a:ident, $operator_b:ident) = $operation:expr;)* }
        fn { $($method:ident($method_a:ident, $method_b:ident) = $body:expr;)* }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(crate) struct $name($inner);

        /// Run `kernel`, compiled for this instruction set.
        #[inline]
        pub(crate) fn run<K: Kernel>(isa: Isa, kernel: K) -> K::Output {
            #[target_feature(enable = $feature)]
            fn compiled<K: Kernel>(isa: Isa, kernel: K) -> K::Output {
                kernel.run::<$name>(isa)
            }
            // SAFETY: `isa` is proof that the CPU has the instructions.
            unsafe { compiled(isa, kernel) }
        }

        impl Vector for $name {
            type Isa = Isa;
            type Pair = [[u8; 8]; $blocks];
            const ZERO_PAIR: Self::Pair = [[0; 8]; $blocks];

            #[inline(always)]
            fn chunks(blocks: &[[u8; 8]]) -> (&[Self::Pair], &[[u8; 8]]) {
                blocks.as_chunks()
            }

            #[inline(always)]
            fn chunks_mut(blocks: &mut [[u8; 8]]) -> (&mut [Self::Pair], &mut [[u8; 8]]) {
                blocks.as_chunks_mut()
            }

            #[inline(always)]
            fn splat(_: Isa, $bits: u32) -> Self {
                // SAFETY: there is an `Isa`, so the CPU has the instruction.
                Self(unsafe { $splat })
            }

            #[inline(always)]
            fn load_halves(_: Isa, pair: &Self::Pair) -> (Self, Self) {
                // SAFETY: two registers are as long as a pair, and any bytes are valid in them.
                let [$load_a, $load_b] = unsafe { transmute::<Self::Pair, [$inner; 2]>(*pair) };
                // SAFETY: there is an `Isa`, so the CPU has the instructions.
                let (first, last) = unsafe { $load };
                (Self(first), Self(last))
            }

            #[inline(always)]
            fn store_halves(self, last: Self, pair: &mut Self::Pair) {
                let ($first, $last) = (self.0, last.0);
                // SAFETY: `self` was made with an `Isa`, so the CPU has the instructions.
                let halves = unsafe { $store };
                // SAFETY: a pair is as long as two registers, and any bits are valid in it.
                *pair = unsafe { transmute::<[$inner; 2], Self::Pair>(halves) };
            }

            #[inline(always)]
            fn shl<const BITS: i32>(self) -> Self {
                let $shl_a = self.0;
                // SAFETY: `self` was made with an `Isa`, so the CPU has the instruction.
                Self(unsafe { $shl })
            }

            #[inline(always)]
            fn shr<const BITS: i32>(self) -> Self {
                let $shr_a = self.0;
                // SAFETY: `self` was made with an `Isa`, so the CPU has the instruction.
                Self(unsafe { $shr })
            }

            #[inline(always)]
            fn zero_mask_u16(self) -> Self {
                let $zero_a = self.0;
                // SAFETY: `self` was made with an `Isa`, so the CPU has the instruction.
                Self(unsafe { $zero_mask })
            }

            $(
                #[inline(always)]
                fn $method(self, other: Self) -> Self {
                    let ($method_a, $method_b) = (self.0, other.0);
                    // SAFETY: `self` was made with an `Isa`, so the CPU has the instruction.
                    Self(unsafe { $body })
                }
            )*
        }

        impl Not for $name {
            type Output = Self;

            #[inline(always)]
            fn not(self) -> Self {
                let $not_a = self.0;
                // SAFETY: `self` was made with an `Isa`, so the CPU has the instruction.
                Self(unsafe { $not })
            }
        }

        $(
            impl $trait for $name {
                type Output = Self;

                #[inline(always)]
                fn $operator(self, other: Self) -> Self {
                    let ($operator_a, $operator_b) = (self.0, other.0);
                    // SAFETY: `self` was made with an `Isa`, so the CPU has the instruction.
                    Self(unsafe { $operation })
                }
            }
        )*
    };
}

pub(super) use register;
