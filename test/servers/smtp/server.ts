// A mail server on 127.0.0.1 (RFC 5321, 3207, 4954): STARTTLS, AUTH, and every failure on command. It holds its client to the order of things.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";

export interface Account {
  user: string;
  password: string;
}

export interface SmtpOptions {
  /** PEM. Absent: no STARTTLS is offered. */
  certificate?: { cert: string; key: string };
  /** TLS from the first byte. */
  isSecure?: boolean;
  /** Who may send; only over TLS. Absent: anybody. */
  account?: Account;
}

/** What the next message meets, at which command: a reply of that code, a connection that ends, or a reply that never comes. */
export interface Fault {
  at: "connect" | "AUTH" | "MAIL" | "RCPT" | "DATA" | "end";
  /** `lost`: at the end, the message is taken, and the client never hears it. */
  what: number | "cut" | "hang" | "lost";
}

export interface TakenMail {
  from: string;
  to: string[];
  raw: string;
  isOverTls: boolean;
  user: string | null;
}

export interface SmtpServer {
  port: number;
  mails: TakenMail[];
  faults: Fault[];
  /** Every command that came, without what is secret in it. */
  commands: string[];
  /** What was against the protocol. */
  violations: string[];
  got(count: number): Promise<TakenMail[]>;
  close(): Promise<void>;
}

export async function startSmtp({ certificate, isSecure = false, account }: SmtpOptions = {}): Promise<SmtpServer> {
  const arrivals = new EventTarget();
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    talk(isSecure ? secured(socket) : socket, isSecure);
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const server: SmtpServer = {
    port: (listener.address() as AddressInfo).port,
    mails: [],
    faults: [],
    commands: [],
    violations: [],
    async got(count) {
      while (server.mails.length < count) await once(arrivals, "mail");
      return server.mails;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, "close");
    },
  };
  return server;

  function secured(socket: Socket): TLSSocket {
    if (!certificate) throw new Error("this server has no certificate");
    const tls = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(certificate) });
    tls.on("error", () => {});
    return tls;
  }

  /** True when it met what it should: then nothing more is answered. */
  function fails(at: Fault["at"], socket: Socket): boolean {
    const [next] = server.faults;
    if (next?.at !== at) return false;
    server.faults.shift();
    if (typeof next.what === "number") socket.write(`${next.what} failing on command\r\n`);
    else if (next.what !== "hang") socket.destroy();
    return true;
  }

  function talk(first: Socket, isOverTlsAtFirst: boolean): void {
    let socket = first;
    let isOverTls = isOverTlsAtFirst;
    let user: string | null = null;
    let from: string | null = null;
    let to: string[] = [];
    let data: string | null = null;
    let login: string[] | null = null;
    let buffered = "";
    const say = (line: string) => socket.write(`${line}\r\n`);
    const listen = () => socket.setEncoding("latin1").on("data", take);
    const wrong = (command: string, reply: string) => {
      server.violations.push(command);
      say(reply);
    };
    listen();
    if (!fails("connect", socket)) say("220 mail.test ESMTP");

    function take(chunk: string): void {
      buffered += chunk;
      for (let end = buffered.indexOf("\r\n"); end >= 0; end = buffered.indexOf("\r\n")) {
        const line = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        if (data !== null) takeData(line);
        else if (login) takeLogin(line);
        else command(line);
      }
    }

    function takeData(line: string): void {
      if (line !== ".") {
        data += `${line.startsWith(".") ? line.slice(1) : line}\r\n`;
        return;
      }
      const raw = Buffer.from(data ?? "", "latin1").toString();
      data = null;
      const isLost = server.faults[0]?.at === "end" && server.faults[0].what === "lost";
      if (!isLost && fails("end", socket)) return;
      server.mails.push({ from: from ?? "", to, raw, isOverTls, user });
      arrivals.dispatchEvent(new Event("mail"));
      from = null;
      to = [];
      if (isLost) fails("end", socket);
      else say("250 2.0.0 taken");
    }

    function takeLogin(line: string): unknown {
      login?.push(Buffer.from(line, "base64").toString());
      if (login?.length === 1) return say("334 UGFzc3dvcmQ6");
      const [name = "", password = ""] = login ?? [];
      login = null;
      authenticate(name, password);
    }

    function authenticate(name: string, password: string): unknown {
      if (fails("AUTH", socket)) return;
      if (name !== account?.user || password !== account.password) return say("535 5.7.8 no");
      user = name;
      say("235 2.7.0 yes");
    }

    function command(line: string): unknown {
      const [verb = "", rest = ""] = [line.slice(0, 4).toUpperCase(), line.slice(5)];
      server.commands.push(verb === "AUTH" ? `AUTH ${rest.split(" ")[0]}` : line);
      switch (verb) {
        case "EHLO":
          for (const each of ["250-mail.test", "250-8BITMIME", ...extensions()]) say(each);
          return say("250 SIZE 1000000");
        case "HELO":
          return say("250 mail.test");
        case "STAR":
          return startTls(line);
        case "AUTH":
          return auth(rest);
        case "MAIL":
          if (account && user === null) return wrong(line, "530 5.7.0 log in first");
          if (fails("MAIL", socket)) return;
          from = /<([^>]*)>/.exec(rest)?.[1] ?? "";
          return say("250 2.1.0 ok");
        case "RCPT":
          if (from === null) return wrong(line, "503 5.5.1 whose mail is it");
          if (fails("RCPT", socket)) return;
          to.push(/<([^>]*)>/.exec(rest)?.[1] ?? "");
          return say("250 2.1.5 ok");
        case "DATA":
          if (to.length === 0) return wrong(line, "503 5.5.1 to whom");
          if (fails("DATA", socket)) return;
          data = "";
          return say("354 go on");
        case "RSET":
          from = null;
          to = [];
          return say("250 2.0.0 ok");
        case "QUIT":
          say("221 2.0.0 bye");
          socket.end();
          return;
        default:
          return wrong(line, "502 5.5.1 unknown");
      }
    }

    function extensions(): string[] {
      const mayLogIn = account && isOverTls;
      return [...(certificate && !isOverTls ? ["250-STARTTLS"] : []), ...(mayLogIn ? ["250-AUTH PLAIN LOGIN"] : [])];
    }

    function startTls(line: string): unknown {
      if (!certificate || isOverTls) return wrong(line, "502 5.5.1 not here");
      say("220 2.0.0 go on");
      socket.removeListener("data", take);
      socket = secured(first);
      isOverTls = true;
      listen();
    }

    function auth(rest: string): unknown {
      if (!isOverTls) return wrong("AUTH without TLS", "538 5.7.11 encrypt first");
      const [mechanism = "", initial] = rest.split(" ");
      if (mechanism === "LOGIN") {
        login = initial === undefined ? [] : [Buffer.from(initial, "base64").toString()];
        return say(login.length === 0 ? "334 VXNlcm5hbWU6" : "334 UGFzc3dvcmQ6");
      }
      const [, name = "", password = ""] = Buffer.from(initial ?? "", "base64")
        .toString()
        .split("\0");
      authenticate(name, password);
    }
  }
}
