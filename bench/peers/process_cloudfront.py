"""What teams write by hand for CloudFront's logs: gzip, csv and json of the standard library, date and time merged.

python3 process_cloudfront.py IN.gz OUT.json.gz
"""
import csv
import gzip
import json
import sys


def rows_of(lines):
    fields = []
    for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        if row[0].startswith("#Fields:"):
            fields = row[0][len("#Fields:") :].split()
        elif not row[0].startswith("#"):
            yield dict(zip(fields, row))


def main(source, target):
    count = 0
    with gzip.open(source, "rt", newline="") as lines, gzip.open(target, "wt", compresslevel=4) as out:
        for row in rows_of(lines):
            row["datetime"] = row.pop("date") + "T" + row.pop("time") + "Z"
            out.write(json.dumps(row) + "\n")
            count += 1
    # ru_maxrss would be that of the process which started this one, where that is larger.
    with open("/proc/self/status") as status:
        peak_kb = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    print(json.dumps({"rows": count, "peakMb": round(peak_kb / 1024)}))


main(sys.argv[1], sys.argv[2])
