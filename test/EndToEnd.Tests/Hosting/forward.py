"""Carries connections between a TCP port of this network namespace and a socket file, which every namespace can reach.

forward.py tcp PORT FILE     what connects to 127.0.0.1:PORT goes to FILE
forward.py file PORT FILE    what connects to FILE goes to 127.0.0.1:PORT
"""
import asyncio
import sys


async def pump(source, target):
    try:
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    except OSError:
        pass
    finally:
        target.close()


async def main(listens, port, file):
    async def carry(reader, writer):
        try:
            there = await (asyncio.open_unix_connection(file) if listens == "tcp" else asyncio.open_connection("127.0.0.1", port))
        except OSError:
            writer.close()
            return
        await asyncio.gather(pump(reader, there[1]), pump(there[0], writer))

    server = await (asyncio.start_server(carry, "127.0.0.1", port) if listens == "tcp" else asyncio.start_unix_server(carry, file))
    async with server:
        await server.serve_forever()


asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
