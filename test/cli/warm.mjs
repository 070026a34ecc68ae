/**
 * Runs commands one after another in one process, each as if it were the only one: with its own folder, environment,
 * arguments, input and output. Starting Node and loading the language takes longer than most commands.
 */
import { syncBuiltinESMExports } from 'node:module';
import { Readable, Writable } from 'node:stream';

/** A module is evaluated again under another address. */
let address = 0;
/** The outputs of the running command; undefined if none is running. */
let running;

process.on('message', async ({ cli, args, cwd, env, input }) => {
    // The process is idle, and `beforeExit` is emitted, once nothing but the channel is open.
    process.channel.unref();
    process.chdir(cwd);
    for (const name of Object.keys(process.env)) {
        delete process.env[name];
    }
    Object.assign(process.env, env);
    process.argv = [process.execPath, cli, ...args];
    running = { stdout: collector('stdout'), stderr: collector('stderr') };
    Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(input)]), configurable: true });
    syncBuiltinESMExports();
    address += 1;
    await import(`${cli}?${address}`);
});

process.on('beforeExit', () => {
    if (running) {
        const { stdout, stderr } = running;
        running = undefined;
        const code = process.exitCode ?? 0;
        process.exitCode = undefined;
        ['uncaughtException', 'SIGINT', 'SIGTERM', 'SIGHUP'].forEach((event) => process.removeAllListeners(event));
        process.channel.ref();
        process.send({ code, stdout: stdout(), stderr: stderr() });
    }
});

/** Replaces an output of the process, and returns a function that gives what was written there. */
function collector(name) {
    const chunks = [];
    const write = (chunk, _, done) => done(void chunks.push(chunk));
    Object.defineProperty(process, name, { value: new Writable({ write }), configurable: true });
    return () => Buffer.concat(chunks).toString('utf8');
}
