namespace Ingot.Models.Store;

/// <summary>Who may read a file that is written. On Windows its folder says that, whatever is asked for.</summary>
public enum FileReaders
{
    /// <summary>This user alone: mode 0600, from before the first byte.</summary>
    Owner,

    /// <summary>Who could read the file before; this user alone where there was none.</summary>
    AsBefore,

    /// <summary>Whoever the process lets read what it makes: mode 0666 less its umask.</summary>
    Anybody,
}
