using Ingot.Errors;

namespace Ingot.Service.Providers;

/// <summary>Reads keys from where they are, each time anew: one that was replaced counts from then on.</summary>
public static class ProviderKeys
{
    private const int LongestKey = 16 << 10;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads a provider's key.</summary>
    /// <param name="provider">Whose it is, for what is said of a key that is not there.</param>
    /// <param name="key">Where it is.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ProviderFailed"/>: it is not there, or others could read it. Never tells the key.</exception>
    public static string Read(string provider, ProviderKey key)
    {
        var text = (key.Variable is { } variable ? Environment.GetEnvironmentVariable(variable) : ReadFile(provider, key.File!))?.Trim();
        if (string.IsNullOrEmpty(text))
            throw Failed(provider, key, "is not set or empty");
        return text.Length <= LongestKey && text.All(letter => letter is > ' ' and < '\x7f') ? text : throw Failed(provider, key, "holds no key: it must be one word of ASCII letters");
    }

    private static string ReadFile(string provider, string path)
    {
        var key = new ProviderKey(null, path);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
                throw Failed(provider, key, "can be read or written by others: its mode must be 0600");
            if (file.Length > LongestKey)
                throw Failed(provider, key, "is too long to hold a key");
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failed(provider, key, $"cannot be read: {exception.Message}");
        }
    }

    private static IngotException Failed(string provider, ProviderKey key, string what) =>
        new(ErrorCode.ProviderFailed, $"The key of provider '{provider}' is missing: {key} {what}.");
}
