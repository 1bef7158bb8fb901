"""The application logs as the sources do it: json.loads line by line, a check, processed_timestamp, json.dumps to two files.

process_application.py SOURCE PROCESSED ERRORS; SOURCE may be gzip. Standard library only. Prints rows, errors and its peak memory.
"""

import gzip
import json
import resource
import sys
from datetime import datetime, timezone

REQUIRED = ("timestamp", "level")
LEVELS = {
    "TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY", "FATAL",
}


def problem(entry):
    """Why an entry is refused; None when it is not."""
    if not isinstance(entry, dict):
        return "not an object"
    for field in REQUIRED:
        if not entry.get(field):
            return f"{field} is missing"
    try:
        datetime.fromisoformat(entry["timestamp"].replace("Z", "+00:00"))
    except ValueError:
        return "timestamp is not a time"
    if entry["level"].upper() not in LEVELS:
        return "level is unknown"
    status = entry.get("status_code")
    if status is not None and not 100 <= status <= 599:
        return "status_code is out of range"
    time = entry.get("response_time_ms")
    return "response_time_ms is negative" if time is not None and time < 0 else None


def main(source, processed, errors):
    now = datetime.now(timezone.utc).isoformat()
    rows = refused = 0
    opened = gzip.open if source.endswith(".gz") else open
    with opened(source, "rt", encoding="utf-8") as lines, open(processed, "w", encoding="utf-8") as good, open(
        errors, "w", encoding="utf-8"
    ) as bad:
        for line in lines:
            try:
                entry = json.loads(line)
                reason = problem(entry)
            except ValueError as error:
                entry, reason = None, str(error)
            if reason is None:
                entry["processed_timestamp"] = now
                good.write(json.dumps(entry) + "\n")
                rows += 1
            else:
                bad.write(json.dumps({"raw": line, "reason": reason}) + "\n")
                refused += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"rows": rows, "errors": refused, "peakMb": round(peak / 1024)}))


if __name__ == "__main__":
    main(*sys.argv[1:4])
