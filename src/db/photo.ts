import sharp from 'sharp';

// One picture at a time per call: uploads must not take the whole machine.
sharp.concurrency(1);

const PHOTOS: Readonly<Record<string, 'jpeg' | 'png' | 'webp' | 'gif'>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/apng': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/heic': 'jpeg',
  'image/heif': 'jpeg',
  'image/avif': 'jpeg',
  'image/tiff': 'jpeg',
};

/** Whether `cleanPhoto` is for this type. */
export function isPhoto(mediaType: string): boolean {
  return PHOTOS[mediaType] !== undefined;
}

/**
 * Draws a picture anew, upright, at most 4,096 pixels a side: where it was taken, by which device and
 * whatever else a camera writes into a file stays behind (issue 6, upload safety).
 *
 * @param from - Path of the picture.
 * @param to - Path to write to.
 * @param mediaType - What `kindOf` found.
 * @returns The media type of the new file.
 * @throws Whatever sharp throws at bytes that are no picture.
 */
export async function cleanPhoto(from: string, to: string, mediaType: string): Promise<string> {
  const format = PHOTOS[mediaType] ?? 'jpeg';
  const isMoving = format === 'gif' || format === 'webp';
  await sharp(from, { animated: isMoving, limitInputPixels: 100_000_000 })
    .rotate()
    .resize({ width: 4096, height: 4096, fit: 'inside', withoutEnlargement: true })
    .toFormat(format, format === 'jpeg' ? { quality: 85 } : {})
    .toFile(to);
  return `image/${format}`;
}
