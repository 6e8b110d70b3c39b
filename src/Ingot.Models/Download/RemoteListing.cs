using System.Net.Http.Headers;

namespace Ingot.Models.Download;

/// <summary>One file of a model as its source lists it.</summary>
/// <param name="Path">Where it belongs in the model's folder.</param>
/// <param name="Size">Bytes; nothing beyond them is read.</param>
/// <param name="Hash">What its content must be.</param>
/// <param name="Url">Where it is fetched.</param>
internal sealed record RemoteFile(SafePath Path, long Size, FileHash Hash, Uri Url)
{
    /// <summary>The state of the file that is wanted and no other; null when the source does not name states.</summary>
    internal EntityTagHeaderValue? State { get; init; }
}

/// <summary>All files of a model as its source lists them.</summary>
/// <param name="Files">The files; paths differ by more than letter case.</param>
/// <param name="Revision">The exact state of the source they are of; null when it has no such notion.</param>
/// <param name="IsCheckpoint">Whether they are Hugging Face safetensors, to be compiled, rather than an ONNX model folder.</param>
internal sealed record RemoteListing(IReadOnlyList<RemoteFile> Files, string? Revision, bool IsCheckpoint)
{
    /// <summary>All files together, in bytes.</summary>
    internal long TotalBytes { get; } = Files.Sum(file => file.Size);
}
