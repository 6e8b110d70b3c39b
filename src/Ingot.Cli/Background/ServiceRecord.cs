using System.Text.Json;
using System.Text.Json.Serialization;
using Ingot.Service;

namespace Ingot.Cli.Background;

/// <summary>
/// The note a running service leaves in its home folder, so that other commands find it. Readable by its owner only,
/// since it holds what it takes to stop the service.
/// </summary>
/// <param name="ProcessId">The service's process.</param>
/// <param name="Urls">Where it listens.</param>
/// <param name="ShutdownToken">What a request to stop must carry.</param>
internal sealed record ServiceRecord(int ProcessId, IReadOnlyList<string> Urls, string ShutdownToken)
{
    private static string FilePath => Path.Combine(IngotOptions.HomeFolder, "service.json");

    /// <summary>The note, or null when there is none that can be read.</summary>
    public static ServiceRecord? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(FilePath), ServiceRecordContext.Default.ServiceRecord);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the note whole or not at all.</summary>
    public void Write()
    {
        Directory.CreateDirectory(IngotOptions.HomeFolder);
        string temporary = $"{FilePath}.{ProcessId}";
        var ownerOnly = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            ownerOnly.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(temporary, ownerOnly))
            JsonSerializer.Serialize(stream, this, ServiceRecordContext.Default.ServiceRecord);
        File.Move(temporary, FilePath, overwrite: true);
    }

    /// <summary>Removes the note if it is still this service's.</summary>
    public void Remove()
    {
        if (Read() is { } current && current.ProcessId == ProcessId)
            File.Delete(FilePath);
    }
}

/// <summary>JSON of <see cref="ServiceRecord"/>, source-generated.</summary>
[JsonSerializable(typeof(ServiceRecord))]
internal sealed partial class ServiceRecordContext : JsonSerializerContext;
