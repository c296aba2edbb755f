#!/usr/bin/env bash
# Checks each file of this folder with the program that reads it, as far as that is on this machine, and says which were not
# checked. With an address of a running server (127.0.0.1:8081) its metrics are checked too. Needs no root, and starts nothing.
set -euo pipefail
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# check FILE PROGRAM COMMAND…: runs the command where the program is, and shows what it says where it fails.
check() {
  local file=$1 program=$2
  shift 2
  if ! command -v "$program" >/dev/null 2>&1; then
    printf '  not checked  %s: there is no %s here\n' "$file" "$program"
  elif "$@" >"$work/said" 2>&1; then
    printf '  ok           %s (%s)\n' "$file" "$program"
  else
    printf '  FAILED       %s (%s)\n' "$file" "$program"
    sed 's/^/    /' "$work/said"
    failed=1
  fi
}

# nginx wants certificates that can be read, a pid file of its own, and the server block inside `http`.
nginx_of_its_own() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=greeter.example.com \
    -keyout "$work/privkey.pem" -out "$work/fullchain.pem" 2>/dev/null
  sed -e "s#/etc/ssl/greeter.example.com/#$work/#" nginx/wecom-greeter.conf >"$work/server.conf"
  cat >"$work/nginx.conf" <<CONF
error_log stderr;
pid $work/nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path $work/b; proxy_temp_path $work/p; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
  include $work/server.conf;
}
CONF
  nginx -t -c "$work/nginx.conf"
}

# The unit names a program that is not installed here; all else in it is as it stands.
unit_as_installed() {
  sed -E 's#^(Exec[A-Za-z]+=[-@:+!]*)[^ ]*wecom-greeter#\1/bin/true#' systemd/wecom-greeter.service \
    >"$work/wecom-greeter.service"
  local said
  said=$(systemd-analyze verify --man=no "$work/wecom-greeter.service" 2>&1) || { echo "$said"; return 1; }
  # It ends well for a setting that it does not know, too.
  if grep -F "$work" <<<"$said"; then return 1; fi
}

# Compose is a plug-in of docker's. The settings and the password are those of somebody who has filled them in.
compose_config() {
  cp compose.yaml wecom.env.example "$work/"
  cp "$work/wecom.env.example" "$work/wecom.env"
  (cd "$work" && POSTGRES_PASSWORD=x docker compose -f compose.yaml config --quiet)
}

# Kept first: promtool finds no fault with the nothing that comes from a server that is not there.
metrics_of() {
  curl -fsS --max-time 10 -o "$work/metrics" "http://$1/metrics" && promtool check metrics <"$work/metrics"
}

echo "deploy/"
check nginx/wecom-greeter.conf nginx nginx_of_its_own
check caddy/Caddyfile caddy caddy validate --adapter caddyfile --config caddy/Caddyfile
check systemd/wecom-greeter.service systemd-analyze unit_as_installed
check debian/postinst sh sh -n debian/postinst
check debian/postrm sh sh -n debian/postrm
check prometheus/prometheus.yml promtool promtool check config prometheus/prometheus.yml
check prometheus/alerts.yml promtool promtool check rules prometheus/alerts.yml
if command -v docker >/dev/null 2>&1 && docker compose version >/dev/null 2>&1; then
  check compose.yaml docker compose_config
else
  printf '  not checked  compose.yaml: there is no docker compose here; `cargo test` reads it as YAML and holds its names\n'
fi
if [ $# -gt 0 ]; then
  check "http://$1/metrics" promtool metrics_of "$1"
fi
exit "$failed"
