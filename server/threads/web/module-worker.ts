/** The first message of a worker that runs a module, which shows that it is listening. */
const READY = 'guardrail/ready';

/**
 * A worker that runs a module of any origin. In VS Code for the Web an extension's files have a different origin from
 * the extension host, and a browser does not start a worker from such a file; but a script of our own may import it.
 * Its first message is `isReady`, or there is an error; a message sent to it earlier would be lost.
 */
export function moduleWorker(address: string): Worker {
    const script = `import(${JSON.stringify(address)}).catch((error) => setTimeout(() => { throw error; }));`;
    const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    return new Worker(url);
}

/** To be called by the module once it is listening. */
export function tellReady(): void {
    postMessage(READY);
}

export function isReady(message: unknown): boolean {
    return message === READY;
}
