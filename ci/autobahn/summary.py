"""Counts the verdicts in Autobahn's index.json and fails unless they are all as they should be.

    summary.py INDEX_JSON CASES INFORMATIONAL

Every one of CASES cases must be OK, but for exactly INFORMATIONAL cases that the suite itself only reports on. The
way each connection was closed is a verdict of its own and is held to the same.
"""

import collections
import json
import sys


def main(index_path, cases, informational):
    with open(index_path) as file:
        agents = json.load(file)
    if len(agents) != 1:
        sys.exit(f"expected the results of one agent, found {len(agents)}")
    [(agent, results)] = agents.items()

    verdicts = collections.Counter(result["behavior"] for result in results.values())
    closings = collections.Counter(result["behaviorClose"] for result in results.values())
    print(f"{agent}: {len(results)} cases: {counted(verdicts)}; closing: {counted(closings)}")

    good = {"OK", "INFORMATIONAL"}
    bad = [
        f"{case}: {result['behavior']}, closing {result['behaviorClose']}"
        for case, result in sorted(results.items(), key=lambda item: [int(n) for n in item[0].split(".")])
        if result["behavior"] not in good or result["behaviorClose"] not in good
    ]
    for line in bad:
        print(line)
    if bad:
        sys.exit(f"{len(bad)} cases are not as they should be")
    if len(results) != cases:
        sys.exit(f"expected {cases} cases, found {len(results)}")
    if verdicts["INFORMATIONAL"] != informational:
        sys.exit(f"expected {informational} informational cases, found {verdicts['INFORMATIONAL']}")


def counted(verdicts):
    return ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
