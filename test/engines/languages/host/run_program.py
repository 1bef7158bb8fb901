"""Runs a Pulumi program in Python, as Pulumi's own language host does: by the SDK that the program's environment holds."""

import asyncio
import os
import runpy
import sys

import pulumi
import pulumi.runtime


def main() -> None:
    folder = sys.argv[1]
    sys.path.insert(0, folder)
    environment = os.environ
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            project=environment["PULUMI_PROJECT"],
            stack=environment["PULUMI_STACK"],
            monitor=environment["PULUMI_MONITOR"],
            engine=environment["PULUMI_ENGINE"],
            parallel=int(environment["PULUMI_PARALLEL"]),
            dry_run=environment["PULUMI_DRY_RUN"] == "true",
            organization=environment["PULUMI_ORGANIZATION"],
            root_directory=environment["PULUMI_ROOT_DIRECTORY"],
        )
    )
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    program = pulumi.runtime.run_in_stack(
        lambda: runpy.run_path(folder, run_name="__main__")
    )
    loop.run_until_complete(program)


main()
