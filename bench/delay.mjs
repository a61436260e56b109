#!/usr/bin/env node
// Puts a database one millisecond away: hands on what comes to a port of its own to a PostgreSQL's socket, and holds each
// answer back. `delay.mjs PORT SOCKET MILLISECONDS`.
import { connect, createServer } from "node:net";

const [port, socket, milliseconds] = process.argv.slice(2);

createServer({ noDelay: true }, (client) => {
  const database = connect(socket);
  client.pipe(database);
  // Timers of the same length end in the order in which they were begun.
  database.on("data", (answer) => setTimeout(() => client.writable && client.write(answer), Number(milliseconds)));
  database.on("end", () => setTimeout(() => client.end(), Number(milliseconds)));
  for (const side of [client, database]) {
    side.on("error", () => {
      client.destroy();
      database.destroy();
    });
  }
}).listen(Number(port), "127.0.0.1");
