using Microsoft.Extensions.Logging;

namespace Berth.Logs;

/// <summary>
/// The only one that writes a group's files. What arrives while one commit is in flight forms the next: one write and
/// one sync of a file for all of it. A change becomes visible, and its caller hears of it, when it is on the disk.
/// </summary>
internal sealed partial class GroupWriter(
    string directory,
    StreamCatalog catalog,
    SegmentList segments,
    FileHandles files,
    WriteAllowance allowance,
    LogsOptions options,
    ILogger logger)
{
    private readonly Lock gate = new();
    private readonly string catalogPath = Path.Combine(directory, StreamCatalog.FileName);
    private List<GroupWrite> waiting = [];
    private TaskCompletionSource? running;
    private bool isClosed;
    private long highestSequence = Math.Max(segments.All.Max(segment => segment.HighestSequence), segments.Active.FirstSequence - 1);

    /// <summary>Hands a change to the writer; the task ends when it is durable, or fails when it was refused or lost.</summary>
    public async Task WriteAsync(GroupWrite write)
    {
        if (!allowance.TryTake(write.Bytes))
        {
            throw LogsErrors.Throttled();
        }

        try
        {
            lock (gate)
            {
                if (isClosed)
                {
                    throw LogsErrors.GroupNotFound();
                }

                waiting.Add(write);
                if (running is null)
                {
                    running = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    ThreadPool.UnsafeQueueUserWorkItem(static writer => writer.Drain(), this, preferLocal: false);
                }
            }

            await write.Done.ConfigureAwait(false);
        }
        finally
        {
            allowance.Return(write.Bytes);
        }
    }

    /// <summary>Refuses further changes and ends when those that were waiting are done.</summary>
    public Task CloseAsync()
    {
        lock (gate)
        {
            isClosed = true;
            return running?.Task ?? Task.CompletedTask;
        }
    }

    private void Drain()
    {
        while (true)
        {
            List<GroupWrite> batch;
            lock (gate)
            {
                if (waiting.Count == 0)
                {
                    running?.SetResult();
                    running = null;
                    return;
                }

                (batch, waiting) = (waiting, []);
            }

            try
            {
                Commit(batch);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                LogCommitFailed(failure, directory);
                CutToCommitted();
                batch.ForEach(write => write.Fail(LogsErrors.Unavailable()));
            }
            catch (Exception defect)
            {
                LogCommitFailed(defect, directory);
                batch.ForEach(write => write.Fail(defect));
            }
        }
    }

    /// <remarks>1. Lay out the bytes of each change. 2. Write and sync. 3. Show. 4. Roll a full log. 5. Answer.</remarks>
    private void Commit(List<GroupWrite> batch)
    {
        // 1
        var active = segments.Active;
        var plan = new Plan(catalog, batch.Count, active.Length, highestSequence);
        batch.ForEach(plan.Add);

        // 2
        if (plan.CatalogBytes.Count > 0)
        {
            files.Write(catalogPath, plan.CatalogBytes, catalog.Length);
        }

        if (plan.Blocks.Count > 0)
        {
            files.Write(active.Path, plan.BlockBytes, active.Length);
        }

        // 3
        highestSequence = plan.HighestSequence;
        catalog.Length += plan.CatalogBytes.Sum(line => line.Length);
        plan.CatalogLines.ForEach(catalog.Apply);
        active.Add(plan.Blocks);
        plan.Blocks.ForEach(block => catalog.Find(block.StreamId)?.Note(block));

        // 4
        if (plan.WantsRoll || active.Length >= options.MostLogBytes || active.Count >= options.MostLogBlocks)
        {
            Roll(active);
        }

        // 5
        batch.ForEach(write => write.Complete());
    }

    private void Roll(Segment full)
    {
        try
        {
            if (full.Count > 0)
            {
                segments.Add(Segment.CreateLog(directory, highestSequence + 1, files));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What was written is safe where it is; the next commit tries again.
            LogRollFailed(failure, directory);
        }
    }

    /// <summary>What a failed commit left behind the committed length must not be taken for content after a restart.</summary>
    private void CutToCommitted()
    {
        try
        {
            FileHandles.Truncate(catalogPath, catalog.Length);
            FileHandles.Truncate(segments.Active.Path, segments.Active.Length);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogCommitFailed(failure, directory);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Writing the logs in {Directory} failed; the callers were told.")]
    private partial void LogCommitFailed(Exception failure, string directory);

    [LoggerMessage(Level = LogLevel.Error, Message = "No new log could be begun in {Directory}; the present one is used on.")]
    private partial void LogRollFailed(Exception failure, string directory);

    /// <summary>The bytes of one commit. A change that cannot be is refused here and leaves no bytes.</summary>
    private sealed class Plan(StreamCatalog catalog, int mostBlocks, long offset, long highestSequence)
    {
        private readonly byte[] headers = new byte[mostBlocks * Block.HeaderBytes];
        private readonly Dictionary<string, int?> changedNames = new(StringComparer.Ordinal);
        private int highestId = catalog.HighestId;
        private long end = offset;

        public long HighestSequence { get; private set; } = highestSequence;

        public List<StreamLine> CatalogLines { get; } = [];

        public List<ReadOnlyMemory<byte>> CatalogBytes { get; } = [];

        public List<Block> Blocks { get; } = [];

        public List<ReadOnlyMemory<byte>> BlockBytes { get; } = [];

        public bool WantsRoll { get; private set; }

        public void Add(GroupWrite write)
        {
            switch (write)
            {
                case GroupWrite.CreateStream create when FindId(create.Name) is not null:
                    write.Fail(LogsErrors.StreamExists());
                    break;
                case GroupWrite.CreateStream create:
                    changedNames[create.Name] = ++highestId;
                    Add(new StreamLine(highestId, create.Name, create.At));
                    break;
                case GroupWrite.DeleteStream delete when FindId(delete.Name) is { } id:
                    changedNames[delete.Name] = null;
                    Add(new StreamLine(id, null, null));
                    break;
                case GroupWrite.Append append when FindId(append.Stream.Name) == append.Stream.Id:
                    Add(append);
                    break;
                case GroupWrite.DeleteStream or GroupWrite.Append:
                    write.Fail(LogsErrors.StreamNotFound());
                    break;
                case GroupWrite.Roll:
                    WantsRoll = true;
                    break;
            }
        }

        /// <summary>The id of the stream of that name once the changes before have taken place.</summary>
        private int? FindId(string name) => changedNames.TryGetValue(name, out var id) ? id : catalog.Find(name)?.Id;

        private void Add(StreamLine line)
        {
            CatalogLines.Add(line);
            CatalogBytes.Add(StreamCatalog.Encode(line));
        }

        private void Add(GroupWrite.Append append)
        {
            var header = headers.AsMemory(Blocks.Count * Block.HeaderBytes, Block.HeaderBytes);
            var payload = append.Events.Payload;
            var block = append.Events.Describe(append.Stream.Id) with
            {
                Offset = end,
                FirstSequence = HighestSequence + 1,
                HighestSequence = HighestSequence + append.Events.Count,
            };
            block.WriteHeader(header.Span, payload.Span);
            HighestSequence = block.HighestSequence;
            end = block.End;
            Blocks.Add(block);
            BlockBytes.Add(header);
            BlockBytes.Add(payload);
        }
    }
}
