import { VitestSnapshotEnvironment } from 'vitest/runtime';
import { readMessages, writeMessage } from './messages.ts';

/** Lets toMatchFileSnapshot('compose.txt#no-port') keep one message among the others of its file. */
class MessageSnapshots extends VitestSnapshotEnvironment {
  override async readSnapshotFile(path: string): Promise<string | null> {
    const [file = '', name] = path.split('#');
    return name ? (readMessages(file).get(name) ?? null) : super.readSnapshotFile(path);
  }

  override async saveSnapshotFile(path: string, text: string): Promise<void> {
    const [file = '', name] = path.split('#');
    await (name ? writeMessage(file, name, text) : super.saveSnapshotFile(path, text));
  }
}

export default new MessageSnapshots();
