// A photo small enough to wait on the phone and to travel over a weak signal: at most 1,600 pixels wide or high, upright.

const LONGEST = 1600;

export async function shrink(file) {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    const ground = canvas.getContext("2d");
    ground.fillStyle = "#FFF"; // JPEG knows no transparency and would make it black
    ground.fillRect(0, 0, canvas.width, canvas.height);
    ground.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    return blob && blob.size < file.size ? blob : file;
  } catch {
    return file; // the market has the words for what is no photo
  }
}
