-- For wrk: goes through a file of Authorization headers, one a line, and reports on stderr in JSON.
--   wrk -s load.lua URL -- FILE

local requests, last = {}, 0

-- All requests are written beforehand: what is to be loaded is the server, not this.
function init(args)
  for line in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format(nil, nil, { Authorization = line })
  end
end

function request()
  last = last % #requests + 1
  return requests[last]
end

function done(summary, latency)
  local errors = summary.errors
  io.stderr:write(string.format(
    '{"requestsPerS":%f,"p50Ms":%f,"p99Ms":%f,"badStatuses":%d,"failures":%d}',
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
