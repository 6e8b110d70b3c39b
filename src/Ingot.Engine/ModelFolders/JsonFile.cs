using System.Text.Json;
using Ingot.Errors;

namespace Ingot.Engine.ModelFolders;

/// <summary>Reads files of a model folder with a limit on size and depth, every failure as ModelInvalid with the file's name.</summary>
internal static class JsonFile
{
    private const int DeepestNesting = 32;

    /// <summary>The file as JSON; null when there is none. The caller disposes it.</summary>
    public static JsonDocument? Read(string folder, string name, int largestBytes)
    {
        if (ReadBytes(folder, name, largestBytes) is not { } bytes)
            return null;
        ReadOnlyMemory<byte> json = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = DeepestNesting });
        }
        catch (JsonException exception)
        {
            string where = exception.LineNumber is { } line ? $" (line {line + 1})" : "";
            throw new IngotException(ErrorCode.ModelInvalid, $"{name}: is not JSON, or is nested more than {DeepestNesting} deep{where}.", inner: exception);
        }
    }

    /// <summary>The file's bytes; null when there is none.</summary>
    public static byte[]? ReadBytes(string folder, string name, int largestBytes)
    {
        try
        {
            using FileStream file = File.OpenRead(Path.Combine(folder, name));
            if (file.Length > largestBytes)
                throw new IngotException(ErrorCode.ModelInvalid, $"{name}: is {file.Length} bytes, more than the {largestBytes} allowed.");
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.ModelInvalid, $"{name}: could not be read: {exception.Message}", inner: exception);
        }
    }
}
