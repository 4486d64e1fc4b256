// @ts-check
// The ripple cover, drawn from a track's analysis: the same track has the same picture everywhere.
// Key gives the hue (minor is darker), energy the number of ripples, danceability how even they are,
// tempo the twist, brightness how light the centre is; the name seeds the place.

/**
 * @typedef {{ title: string, artist: string, bpm?: number, camelot?: string, energy?: number, danceability?: number, brightness?: number }} Track
 */

/**
 * What the drawing needs, as one text: the form the relay writes into `data-cover`.
 * Without an analysis the name alone decides, so that such songs differ too.
 *
 * @param {Track} track
 * @returns {string}
 */
export function coverOf(track) {
  const seed = (track.title + track.artist).replace(/[^A-Za-z0-9]/g, "") || track.title + track.artist;
  const own = hash(seed);
  const key = track.camelot ?? (own % 12) + 1 + (own & 4096 ? "A" : "B");
  return [track.bpm ?? 100, key, track.energy ?? 50, track.danceability ?? 70, track.brightness ?? 50, seed].join(",");
}

/**
 * @param {string} text
 * @returns {number}
 */
function hash(text) {
  let sum = 7;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) >>> 0;
  return sum;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} code as made by `coverOf`
 */
export function drawCover(canvas, code) {
  if (canvas.dataset.drawn === code || !code) return;
  const paint = canvas.getContext("2d");
  const [bpm, key, energy, dance, bright] = code.split(",", 5);
  const seed = code.split(",").slice(5).join(",");
  if (!paint) return;
  canvas.dataset.drawn = code;
  ripples(paint, canvas.width, canvas.height, Number(bpm), key, Number(energy), Number(dance), Number(bright), seed);
}

/**
 * @param {CanvasRenderingContext2D} paint
 * @param {number} size
 * @param {number} height
 * @param {number} bpm
 * @param {string} key
 * @param {number} energy
 * @param {number} dance
 * @param {number} bright
 * @param {string} name
 */
function ripples(paint, size, height, bpm, key, energy, dance, bright, name) {
  const minor = key.endsWith("A");
  let s = hash(name);
  const random = () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 4294967296;
  };
  random();
  random();
  const hue = (150 + (parseInt(key) - 1) * 30) % 360;
  const hue2 = hue + (random() < 0.5 ? -56 : 56);
  const k = 2 + Math.floor(random() * 4);
  const k2 = 1 + Math.floor(random() * 3);
  const rings = 5 + Math.round((energy / 100) * 7);
  const amplitude = 0.06 + (energy / 100) * 0.13;
  const wobble = 0.08 + ((100 - dance) / 100) * 0.5;
  const twist = (random() - 0.5) * (0.2 + bpm / 400);
  const ox = (random() - 0.5) * 0.56;
  const oy = (random() - 0.5) * 0.56;
  const p = random() * 6.28;
  const q = random() * 6.28;
  const high = (minor ? 52 : 60) + bright * 0.22;
  const low = minor ? 9 : 17;
  paint.fillStyle = `hsl(${hue},44%,${low}%)`;
  paint.fillRect(0, 0, size, height);
  for (let i = rings; i > 0; i--) {
    const f = i / rings;
    const u = 1 - f;
    const radius = size * 0.72 * Math.pow(f, 1.15);
    const light = low + (high - low) * Math.pow(u, 1.35) + (i % 2 ? 0 : 4 + u * 4);
    paint.fillStyle = `hsl(${hue + (hue2 - hue) * u * u},${44 + u * 40}%,${light}%)`;
    paint.beginPath();
    for (let a = 0; a <= 120; a++) {
      const angle = (a / 120) * 6.28319;
      const r = radius * (1 + f * (amplitude * Math.cos(k * angle + p + i * twist) + wobble * 0.5 * Math.cos(k2 * angle + q - i * twist)));
      paint.lineTo(size * (0.5 + ox * (1 - f * 0.75)) + r * Math.cos(angle), size * (0.5 + oy * (1 - f * 0.75)) + r * Math.sin(angle));
    }
    paint.fill();
  }
}

/**
 * Draws every cover below `root` that the relay wrote.
 *
 * @param {ParentNode} root
 */
export function drawCovers(root) {
  for (const canvas of /** @type {NodeListOf<HTMLCanvasElement>} */ (root.querySelectorAll("canvas[data-cover]"))) {
    drawCover(canvas, canvas.dataset.cover ?? "");
  }
}
