#!/bin/bash
# Builds libtokenizers.a, which daulet/tokenizers links, into the given folder, from
# the sources in its Go module. The crate takes tiktoken-rs from GitHub; the
# published one does as well, and needs crates.io alone.
set -euo pipefail
out=$1
module=github.com/daulet/tokenizers
if ! command -v cargo >/dev/null; then
	echo "libtokenizers: no cargo: install Rust (https://rustup.rs), or put a libtokenizers.a of $module's releases into $out" >&2
	exit 1
fi
sources=$(go mod download -json "$module" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$out/tokenizers
rm -rf "$work/crates"
mkdir -p "$work"
cp -R "$sources/Cargo.toml" "$sources/Cargo.lock" "$sources/LICENSE" "$sources/crates" "$work"
chmod -R u+w "$work"
sed -i.bak 's/^tiktoken-rs *=.*/tiktoken-rs = "=0.9.1"/' "$work/crates/tokenizers/Cargo.toml"
if ! cargo build --manifest-path "$work/Cargo.toml" --release -p tokenizers-ffi --target-dir "$work/target"; then
	echo "libtokenizers: cargo could not build $module; what is said above tells why (crates.io must be reachable)" >&2
	exit 1
fi
cp "$work/target/release/libtokenizers_ffi.a" "$out/libtokenizers.a"
