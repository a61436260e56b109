#!/bin/sh
# The fallback where rustup cannot fetch Rust's wasm target: builds the same standard library from
# Debian's sources of the very same compiler version. About a minute on two cores.
#
#   sh wasm-std-from-debian.sh CACHE_FOLDER [TARGET_LIBRARY_FOLDER]
#
# The system's own apt stays as it is: the list of sources and what is downloaded are private.
set -eu

cache=$1
target=wasm32-unknown-unknown
library=${2:-$(rustc --print target-libdir --target "$target")}
version=$(rustc --version | cut -d ' ' -f 2)
suites="trixie trixie-backports forky sid"

mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
rm -rf "$cache/source"

# The mirrors that this machine's apt is set up with, in both of its formats. Those that turn out
# not to be Debian's are passed over below.
mirrors() {
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        if [ -f "$file" ]; then
            sed -n 's/^deb \(\[[^]]*\] *\)\{0,1\}\([a-z+]*:[^ ]*\).*/\2/p' "$file"
        fi
    done
    for file in /etc/apt/sources.list.d/*.sources; do
        if [ -f "$file" ]; then
            sed -n 's/^URIs: *//p' "$file" | tr ' ' '\n'
        fi
    done
}

# Apt with one private source: quiet, since a mirror without the suite is no mishap.
private_apt() {
    apt-get --quiet --quiet \
        -o Dir::Etc::sourcelist="$cache/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::Lists="$cache/lists" -o Dir::Cache="$cache/apt" \
        -o APT::Sandbox::User=root "$@" 2>>"$cache/apt.log"
}

find_source() {
    : >"$cache/apt.log"
    # The usual keys, named: a source given this way has none of its own.
    keys=/usr/share/keyrings/debian-archive-keyring.gpg
    for mirror in $(mirrors | grep -v -e '-security' | sort -u); do
        for suite in $suites; do
            rm -rf "$cache/lists" "$cache/apt"
            mkdir -p "$cache/lists/partial" "$cache/apt/archives/partial"
            echo "deb [signed-by=$keys] $mirror $suite main" >"$cache/sources.list"
            private_apt update || continue
            (cd "$cache" && private_apt download "rust-src=$version+dfsg*") || continue
            return 0
        done
    done
    echo "No Debian mirror of this machine has the sources of rustc $version ($cache/apt.log)." >&2
    return 1
}

found=$(find "$cache" -maxdepth 1 -name "rust-src_${version}+dfsg*.deb" | head -n 1)
if [ -z "$found" ]; then
    find_source
    found=$(find "$cache" -maxdepth 1 -name "rust-src_${version}+dfsg*.deb" | head -n 1)
fi
dpkg -x "$found" "$cache/source"

# What the compiler's own build sets for its standard library.
cd "$cache/source/usr/src/rustc-$version/library/sysroot"
env RUSTC_BOOTSTRAP=1 __CARGO_DEFAULT_LIB_METADATA=stablestd \
    CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_PANIC=abort \
    RUSTFLAGS="-Cembed-bitcode=yes -Zforce-unstable-if-unmarked" \
    CARGO_TARGET_DIR="$cache/target" \
    cargo build --release --target "$target"

# Two builds of one crate in there would be ambiguous.
rm -rf "$library"
mkdir -p "$library"
cp "$cache/target/$target/release/deps/"*.rlib "$library/"
echo "Installed into $library"
