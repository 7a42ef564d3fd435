// Connections that somebody else holds for us: a cloud's front door, which is told what to say.

export interface SocketGateway {
  /** A text message. `gone`: nobody has that connection any more. Throws whatever else went wrong; then it may have been said or not. */
  post(connectionId: string, text: string): Promise<"sent" | "gone">;
  /** Ends the connection; one that is gone is no error. */
  close(connectionId: string): Promise<void>;
}
