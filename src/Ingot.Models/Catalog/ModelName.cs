using System.Globalization;

namespace Ingot.Models.Catalog;

/// <summary>Takes names apart: <c>name:version</c> ids, <c>name-version</c> folders, device suffixes.</summary>
internal static class ModelName
{
    internal const int MaxLength = 256;

    private static readonly string[] DeviceSuffixes =
    [
        "-generic-cpu", "-generic-gpu", "-cuda-gpu", "-trtrtx-gpu", "-openvino-gpu", "-openvino-npu", "-openvino-cpu",
        "-qnn-npu", "-vitis-npu", "-cpu", "-gpu", "-npu",
    ];

    /// <summary>Splits <c>name:version</c>; version is null when the text has none.</summary>
    internal static (string Name, int? Version) SplitId(string id)
    {
        var colon = id.LastIndexOf(':');
        return colon > 0 && TryVersion(id.AsSpan(colon + 1), out var version) ? (id[..colon], version) : (id, null);
    }

    /// <summary>Splits a folder called <c>name-version</c>, the cache's spelling of an id.</summary>
    internal static (string Name, int? Version) SplitFolder(string folder)
    {
        var dash = folder.LastIndexOf('-');
        return dash > 0 && TryVersion(folder.AsSpan(dash + 1), out var version) ? (folder[..dash], version) : (folder, null);
    }

    /// <summary>Reads the cache's <c>v4</c> sub-folder names.</summary>
    internal static bool TryVersionFolder(string folder, out int version)
    {
        version = 0;
        return folder.Length > 1 && folder[0] is 'v' or 'V' && TryVersion(folder.AsSpan(1), out version);
    }

    /// <summary>The family a variant's name belongs to: the name without its device suffix.</summary>
    internal static string FamilyOf(string name)
    {
        var suffix = DeviceSuffixes.FirstOrDefault(s => name.Length > s.Length && name.EndsWith(s, StringComparison.OrdinalIgnoreCase));
        return suffix is null ? name : name[..^suffix.Length];
    }

    /// <summary>Says what is wrong with a name or alias; null when nothing is.</summary>
    internal static string? Fault(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
            return "is empty";
        if (name.Length > MaxLength)
            return $"is longer than {MaxLength} characters";
        return name.Any(c => char.IsControl(c) || c is ':') ? "has a colon or a control character" : null;
    }

    internal static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private static bool TryVersion(ReadOnlySpan<char> text, out int version) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out version);
}
