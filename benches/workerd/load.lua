-- wrk script: requests one path after the other, and prints the results as one line of JSON.
-- wrk … -s load.lua URL -- FILE_OF_PATHS

local requests, at = {}, 0

function init(args)
  wrk.headers["Accept"] = "*/*"
  wrk.headers["User-Agent"] = "signpost-bench"
  for path in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"micros":%d,"p99":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout
  ))
end
