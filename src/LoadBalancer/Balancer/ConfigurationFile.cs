using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Berth.LoadBalancer;

/// <summary>The last configuration on disk, so that a balancer serves before, and without, its server.</summary>
internal sealed partial class ConfigurationFile(string directory, ILogger<ConfigurationFile> logger)
{
    private readonly string path = Path.Combine(directory, "configuration.json");

    /// <summary>What was kept; null when there is nothing that can be read.</summary>
    public BalancerConfiguration? Read()
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, BalancerJson.Default.BalancerConfiguration) is { Listeners.IsDefault: false, TargetGroups.IsDefault: false } kept
                ? kept
                : throw new JsonException("The configuration lacks its members.");
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnreadable(path, failure);
            return null;
        }
    }

    /// <summary>Keeps a configuration in place of the one before; a crash leaves one of the two, whole.</summary>
    public void Write(BalancerConfiguration configuration)
    {
        try
        {
            Directory.CreateDirectory(directory);
            var draft = path + ".new";
            using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                JsonSerializer.Serialize(file, configuration, BalancerJson.Default.BalancerConfiguration);
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogUnwritable(path, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cannot read {Path}; starting without a configuration")]
    private partial void LogUnreadable(string path, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cannot write {Path}; after a restart the balancer starts with an older configuration")]
    private partial void LogUnwritable(string path, Exception exception);
}
