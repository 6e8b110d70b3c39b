using System.Text.Json;
using Ingot.Errors;

namespace Ingot.Models.Catalog;

/// <summary>Reads small JSON files written by others: bounded in size and depth, every refusal names the file.</summary>
internal static class JsonFile
{
    private const long MaxBytes = 16L * 1024 * 1024;

    private static readonly JsonDocumentOptions Options = new()
    {
        MaxDepth = 32,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    internal static async Task<JsonDocument> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(path);
            if (stream.Length > MaxBytes)
                throw new IngotException(ErrorCode.InvalidValue, $"{path} is larger than {MaxBytes} bytes, the limit for such a file.");
            return await JsonDocument.ParseAsync(stream, Options, cancellationToken);
        }
        catch (JsonException exception)
        {
            throw new IngotException(ErrorCode.InvalidValue,
                $"{path} is not valid JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine}.", inner: exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.InvalidValue, $"{path} cannot be read: {exception.Message}", inner: exception);
        }
    }
}
