/** Implements the parts of browser workers that ours use, with Node threads. */
import { resolveObjectURL } from 'node:buffer';
import { Worker as NodeWorker } from 'node:worker_threads';

const SCOPE = `
const { parentPort } = require('node:worker_threads');
globalThis.onmessage = null;
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on('message', (data) => globalThis.onmessage?.({ data }));
`;

export class BrowserWorker {
    onmessage: ((event: { readonly data: unknown }) => void) | null = null;
    onerror: ((event: { readonly message: string }) => void) | null = null;
    private readonly worker: Promise<NodeWorker>;

    constructor(url: string) {
        this.worker = this.start(url);
    }

    /** A message to a script that has not been loaded is lost, like one to a module. */
    postMessage(message: unknown): void {
        void this.worker.then((worker) => worker.postMessage(message));
    }

    terminate(): void {
        void this.worker.then((worker) => worker.terminate());
    }

    private async start(url: string): Promise<NodeWorker> {
        const script = await resolveObjectURL(url)!.text();
        const worker = new NodeWorker(SCOPE + script, { eval: true });
        worker.on('message', (data) => this.onmessage?.({ data }));
        worker.on('error', (error) => this.onerror?.({ message: error.message }));
        return worker;
    }
}
