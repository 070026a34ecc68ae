import { readyMessage } from '../protocol.js';

/**
 * A worker that runs a module of any origin. In VS Code for the Web the files of an extension have another origin than the
 * extension host, and a browser makes no worker of such a file; but a script of our own may import it. The parent hears that
 * the module is loaded, see `tellReady`, or an error.
 */
export function moduleWorker(address: string): Worker {
    const script = `import(${JSON.stringify(address)}).catch((error) => setTimeout(() => { throw error; }));`;
    const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    return new Worker(url);
}

/** Called by the module when it listens. */
export function tellReady(): void {
    postMessage(readyMessage);
}

export function isReady(message: unknown): boolean {
    return message === readyMessage;
}
