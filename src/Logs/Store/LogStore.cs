using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Berth.Logs;

/// <summary>What the groups of a store share.</summary>
internal sealed record StoreParts(FileHandles Files, LogsOptions Options, TimeProvider Clock, ILogger Logger, WriteAllowance Allowance);

/// <summary>Names one group of the store.</summary>
internal sealed record LogGroupId(string AccountId, string Region, string Name)
{
    /// <summary>The ARN as <c>logGroupArn</c> has it; <c>arn</c> ends with <c>:*</c> beside.</summary>
    public string Arn => $"arn:aws:logs:{Region}:{AccountId}:log-group:{Name}";
}

/// <summary>
/// All log groups of this control plane, under one directory: <c>ACCOUNT/REGION/HASH/</c> for each group, HASH being
/// of its name, with <c>group.json</c>, <c>streams.jsonl</c> and the segments. Removed groups go through <c>trash/</c>.
/// </summary>
internal sealed partial class LogStore : IAsyncDisposable
{
    private const string TrashName = "trash";
    private const string LockName = "lock";
    private const string DamagedSuffix = ".damaged";

    /// <summary>The searches at the same time; each may hold a block of every stream it reads.</summary>
    private const int MostSearches = 4;

    private readonly ConcurrentDictionary<LogGroupId, LogGroup> groups = [];
    private readonly SemaphoreSlim lifecycle = new(1, 1);
    private readonly SemaphoreSlim searches = new(MostSearches, MostSearches);
    private readonly StoreParts parts;
    private readonly FileStream exclusive;
    private readonly ILogger logger;
    private long trashed;

    private LogStore(StoreParts parts, FileStream exclusive)
    {
        this.parts = parts;
        this.exclusive = exclusive;
        logger = parts.Logger;
    }

    private string Root => parts.Options.Directory;

    /// <summary>Opens the store, making it when there is none.</summary>
    /// <exception cref="IOException">Another process has it open, or the files cannot be read.</exception>
    public static LogStore Open(LogsOptions options, TimeProvider clock, ILogger logger)
    {
        Directory.CreateDirectory(options.Directory);
        var exclusive = new FileStream(Path.Combine(options.Directory, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var parts = new StoreParts(new FileHandles(options.MostOpenFiles), options, clock, logger, new WriteAllowance(options.MostWaitingBytes));
        var store = new LogStore(parts, exclusive);
        store.EmptyTrash();
        foreach (var account in Directory.EnumerateDirectories(options.Directory).Where(path => Path.GetFileName(path) != TrashName))
        {
            foreach (var region in Directory.EnumerateDirectories(account))
            {
                foreach (var directory in Directory.GetDirectories(region).Where(path => !path.Contains(DamagedSuffix, StringComparison.Ordinal)))
                {
                    store.OpenGroup(Path.GetFileName(account), Path.GetFileName(region), directory);
                }
            }
        }

        return store;
    }

    /// <summary>The group.</summary>
    /// <exception cref="Wire.AwsException">ResourceNotFoundException.</exception>
    public LogGroup Find(LogGroupId id) => groups.GetValueOrDefault(id) ?? throw LogsErrors.GroupNotFound();

    /// <summary>The groups of an account and region, in order of their names.</summary>
    public IEnumerable<LogGroup> List(string accountId, string region) => groups.Values
        .Where(group => group.Id.AccountId == accountId && group.Id.Region == region)
        .OrderBy(group => group.Id.Name, StringComparer.Ordinal);

    public async Task CreateAsync(LogGroupId id, GroupSettings settings, CancellationToken cancellationToken)
    {
        await lifecycle.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (groups.ContainsKey(id))
            {
                throw LogsErrors.GroupExists();
            }

            groups[id] = LogGroup.Create(id, DirectoryOf(id), settings, parts);
        }
        finally
        {
            lifecycle.Release();
        }
    }

    public async Task DeleteAsync(LogGroupId id, CancellationToken cancellationToken)
    {
        await lifecycle.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await RemoveAsync(Find(id)).ConfigureAwait(false);
        }
        finally
        {
            lifecycle.Release();
        }

        EmptyTrash();
    }

    /// <summary>Drops everything of an account, in every region.</summary>
    public async Task ResetAsync(string accountId, CancellationToken cancellationToken)
    {
        await lifecycle.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var group in groups.Values.Where(group => group.Id.AccountId == accountId))
            {
                await RemoveAsync(group).ConfigureAwait(false);
            }
        }
        finally
        {
            lifecycle.Release();
        }

        EmptyTrash();
    }

    /// <summary>Reads a page over many streams of a group, when not too many others do.</summary>
    public async Task<EventPage> SearchAsync(LogGroup group, EventQuery query, CancellationToken cancellationToken)
    {
        await searches.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return group.Read(query);
        }
        finally
        {
            searches.Release();
        }
    }

    /// <summary>One round of sealing and retention over all groups; a group that fails is logged and left for the next.</summary>
    public async Task MaintainAsync(CancellationToken cancellationToken)
    {
        foreach (var group in groups.Values)
        {
            try
            {
                await group.MaintainAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                if (groups.ContainsKey(group.Id))
                {
                    LogMaintenanceFailed(failure, group.Id.Arn);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var group in groups.Values)
        {
            await group.CloseAsync().ConfigureAwait(false);
        }

        parts.Files.Dispose();
        await exclusive.DisposeAsync().ConfigureAwait(false);
        lifecycle.Dispose();
        searches.Dispose();
    }

    private void OpenGroup(string accountId, string region, string directory)
    {
        try
        {
            if (LogGroup.Open(accountId, region, directory, parts) is { } group)
            {
                groups[group.Id] = group;
            }
            else
            {
                Directory.Delete(directory, recursive: true);
            }
        }
        catch (Exception damage) when (damage is InvalidDataException or JsonException)
        {
            // Kept for whoever repairs it, out of the way of a new group of that name.
            var aside = directory + DamagedSuffix;
            for (var number = 2; Directory.Exists(aside); number++)
            {
                aside = string.Create(CultureInfo.InvariantCulture, $"{directory}{DamagedSuffix}-{number}");
            }

            Directory.Move(directory, aside);
            LogDamagedGroup(damage, aside);
        }
    }

    private async Task RemoveAsync(LogGroup group)
    {
        var trash = Directory.CreateDirectory(Path.Combine(Root, TrashName)).FullName;
        string destination;
        do
        {
            destination = Path.Combine(trash, (++trashed).ToString(CultureInfo.InvariantCulture));
        }
        while (Directory.Exists(destination));

        groups.TryRemove(group.Id, out _);
        await group.MoveAsync(destination).ConfigureAwait(false);
    }

    private void EmptyTrash()
    {
        try
        {
            foreach (var path in Directory.EnumerateDirectories(Directory.CreateDirectory(Path.Combine(Root, TrashName)).FullName))
            {
                Directory.Delete(path, recursive: true);
            }
        }
        catch (IOException failure)
        {
            // Two callers may empty it at once; what is left goes the next time.
            LogTrashLeft(failure);
        }
    }

    private string DirectoryOf(LogGroupId id)
    {
        if (!PathSafe.IsMatch(id.AccountId) || !PathSafe.IsMatch(id.Region))
        {
            throw Wire.AwsException.InvalidParameter("The region is not valid.");
        }

        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id.Name)).AsSpan(0, 16));
        return Path.Combine(Root, id.AccountId, id.Region, name);
    }

    [GeneratedRegex(@"^[A-Za-z0-9-]{1,64}\z")]
    private static partial Regex PathSafe { get; }

    [LoggerMessage(Level = LogLevel.Error, Message = "A log group cannot be read and is left out; its files are in {Directory}.")]
    private partial void LogDamagedGroup(Exception damage, string directory);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sealing and retention of {Group} failed; they are tried again.")]
    private partial void LogMaintenanceFailed(Exception failure, string group);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Some of the trash is left.")]
    private partial void LogTrashLeft(Exception failure);
}
