# Read by the other scripts: what the system lacks is installed if that is ours to do, else the command is named.

fail() {
    echo "$1" >&2
    exit 1
}

# obtain <what for> <Homebrew's name> <Debian's names…>
obtain() {
    what=$1 brew=$2
    shift 2
    if ! command -v apt-get >/dev/null; then
        fail "Deqi needs $what which this machine lacks. Type: brew install $brew"
    fi
    [ "$(id -u)" = 0 ] || fail "Deqi needs $what which this machine lacks. Type: sudo apt-get install $*"
    echo "Installing $* with apt-get"
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >&2
}
