/**
 * Fetches what Pyodide needs before it asks for it, counts the bytes as they come, and says at once which file is missing.
 *
 * What the service worker has kept of this build is taken from there.
 */

const HERE = new URL("./", import.meta.url).href;

/** Where Pyodide gets its program from, which is compiled while it comes. */
const PROGRAM = "pyodide.asm.wasm";

export class Downloads {
  /** @param {(loaded: number) => void} onProgress told how many bytes of the counted files have come */
  constructor(onProgress) {
    this.onProgress = onProgress;
    this.loaded = 0;
    this.isOver = false;
    /** What Pyodide will ask for. @type {Map<string, Promise<Response>>} */
    this.ahead = new Map();
    /** @type {Promise<WebAssembly.Module> | undefined} */
    this.program = undefined;
    /** What has to be there before Python runs. @type {Promise<unknown> | undefined} */
    this.memory = undefined;
    /** @type {(reason: Error) => void} */
    this.fail = () => {};
    /** @type {Promise<never>} */
    this.failed = new Promise((_, reject) => {
      this.fail = reject;
    });
    this.failed.catch(() => {}); // seen by `serve`, if it is still at it
    /** What there was before `serve` put itself in its place. */
    this.plainFetch = self.fetch;
  }

  /**
   * Get one of Pyodide's files, and count its bytes.
   *
   * @param {string} name
   */
  async count(name) {
    const url = `${HERE}pyodide/${name}?${BUILD}`;
    const kept = await findKept(url);
    if (kept) {
      this.loaded += SIZES[name];
      this.onProgress(this.loaded);
      return kept;
    }
    const { body, headers } = await this.get(url);
    const counting = new TransformStream({
      transform: (chunk, controller) => {
        this.loaded += chunk.length;
        if (!this.isOver) this.onProgress(this.loaded); // a failed start says nothing more
        controller.enqueue(chunk);
      },
    });
    return new Response(body && body.pipeThrough(counting), { headers });
  }

  /** Compile Pyodide's program as it comes, also from a server that does not know its type. */
  compile() {
    this.program = WebAssembly.compileStreaming(this.count(PROGRAM).then(typed));
    this.program.catch((error) => this.fail(named(`pyodide/${PROGRAM}`, error)));
    this.give(PROGRAM, Promise.resolve(new Response()));
  }

  /** Let Python run only when its memory is there. @param {Promise<unknown>} memory */
  await(memory) {
    this.memory = memory;
    memory.catch(this.fail);
  }

  /**
   * Have an answer ready for when Pyodide asks for a file.
   *
   * @param {string} name
   * @param {Promise<Response>} response
   */
  give(name, response) {
    response.catch(() => {}); // who takes it sees it
    this.ahead.set(`${HERE}pyodide/${name}`, response);
  }

  /**
   * @param {string} url
   * @param {RequestInit} [init]
   */
  async get(url, init) {
    try {
      const response = await this.plainFetch.call(self, url, init);
      if (!response.ok) throw new Error(`the server says ${response.status}`);
      return response;
    } catch (error) {
      const reason = named(url.replace(HERE, "").replace(/\?.*/, ""), error);
      this.fail(reason);
      throw reason;
    }
  }

  /**
   * Run something that fetches files, and fail as soon as any is missing, where Pyodide would wait for ever.
   *
   * @template T
   * @param {() => Promise<T>} action
   * @returns {Promise<T>}
   */
  async serve(action) {
    const assembly = /** @type {any} */ (WebAssembly);
    const { instantiateStreaming } = assembly;
    self.fetch = async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input, HERE).href;
      const asked = this.ahead.get(url);
      this.ahead.delete(url);
      return asked ?? this.get(url, init);
    };
    assembly.instantiateStreaming = async (/** @type {unknown} */ _, /** @type {WebAssembly.Imports} */ imports) => {
      const [module] = await Promise.all([/** @type {Promise<WebAssembly.Module>} */ (this.program), this.memory]);
      return { module, instance: await WebAssembly.instantiate(module, imports) };
    };
    try {
      return await Promise.race([action(), this.failed]);
    } finally {
      this.isOver = true;
      self.fetch = this.plainFetch;
      assembly.instantiateStreaming = instantiateStreaming;
    }
  }
}

/**
 * Find what is kept of a file, if this is a browser that keeps any.
 *
 * @param {string} url
 */
async function findKept(url) {
  try {
    return await caches.match(url);
  } catch {
    return undefined;
  }
}

/** @param {Response} response */
function typed(response) {
  const type = "application/wasm";
  return response.headers.get("Content-Type") === type ? response : new Response(response.body, { headers: { "Content-Type": type } });
}

/**
 * @param {string} path
 * @param {any} error
 */
function named(path, error) {
  return error.message.startsWith(path) ? error : new Error(`${path} could not be loaded: ${error.message}`);
}

/**
 * Fetch a file of the site.
 *
 * @param {string} path
 */
export async function fetchFile(path) {
  const response = await fetch(HERE + path);
  if (!response.ok) throw new Error(`${path} could not be loaded: the server says ${response.status}`);
  return response;
}

/**
 * Expand what is compressed, unless a server has done so already.
 *
 * @param {Response} response
 */
export async function expand(response) {
  const bytes = await response.arrayBuffer();
  const [first, second] = new Uint8Array(bytes);
  const { body } = new Response(bytes);
  const isCompressed = first === 0x1f && second === 0x8b && body;
  return isCompressed ? new Response(body.pipeThrough(new DecompressionStream("gzip"))) : new Response(bytes);
}

/** @param {Response} response */
export const bytesOf = async (response) => new Uint8Array(await response.arrayBuffer());
