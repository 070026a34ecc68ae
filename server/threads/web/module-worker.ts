/** The first message of a worker that runs a module: it listens. */
const READY = 'guardrail/ready';

/**
 * A worker that runs a module of any origin. In VS Code for the Web the files of an extension have another origin than the
 * extension host, and a browser makes no worker of such a file; but a script of our own may import it. Its first message is
 * `isReady`, or there is an error; a message that is sent to it before would be lost.
 */
export function moduleWorker(address: string): Worker {
    const script = `import(${JSON.stringify(address)}).catch((error) => setTimeout(() => { throw error; }));`;
    const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    return new Worker(url);
}

/** Called by the module when it listens. */
export function tellReady(): void {
    postMessage(READY);
}

export function isReady(message: unknown): boolean {
    return message === READY;
}
