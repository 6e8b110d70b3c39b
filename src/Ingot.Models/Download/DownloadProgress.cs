namespace Ingot.Models.Download;

/// <summary>How far a download is.</summary>
/// <param name="Percent">0 to 100, never falling; 100 comes once, last, when the model can be used.</param>
/// <param name="File">The file that grew last, by its path in the model's folder; null at the start, at the end and while waiting for another process.</param>
/// <param name="FileFraction">How much of that file is there, 0 to 1.</param>
/// <param name="Bytes">Bytes that are there, of all files.</param>
/// <param name="TotalBytes">Bytes of all files; 0 while unknown.</param>
public readonly record struct DownloadProgress(double Percent, string? File, double FileFraction, long Bytes, long TotalBytes);
