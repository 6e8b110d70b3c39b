using System.Globalization;
using System.Text;
using Ingot.Errors;
using Ingot.Models.Store;

namespace Ingot.Service.Hosting;

/// <summary>The graphics processor that was chosen, kept in the home folder: a number in a file. What runs models there reads it at the next load.</summary>
/// <param name="homeFolder">The home folder, such as <see cref="IngotOptions.HomeFolder"/>; need not exist.</param>
public sealed class GpuDeviceFile(string homeFolder)
{
    /// <summary>The largest number a device can have.</summary>
    public const int Most = 255;

    private readonly string _path = Path.Combine(homeFolder, "gpu-device");

    /// <summary>The device, 0 or more; 0 when none was chosen, or what is there is no number.</summary>
    public int Read()
    {
        try
        {
            return int.TryParse(File.ReadAllText(_path), NumberStyles.None, CultureInfo.InvariantCulture, out int device) && device <= Most ? device : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Keeps a device, whole or not at all.</summary>
    /// <param name="device">The device, 0 to <see cref="Most"/>.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.Conflict"/> when the file cannot be written.</exception>
    public void Write(int device)
    {
        try
        {
            AtomicFile.Write(_path, Encoding.ASCII.GetBytes(device.ToString(CultureInfo.InvariantCulture)), FileReaders.Anybody);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.Conflict, $"The choice of the graphics processor cannot be kept in {_path}: {exception.Message}", inner: exception);
        }
    }
}
