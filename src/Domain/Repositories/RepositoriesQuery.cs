namespace Berth.Domain;

/// <summary>What can be asked of a registry. Answers are immutable and may be kept.</summary>
public static class RepositoriesQuery
{
    /// <summary>The whole registry.</summary>
    public sealed record Everything : Query<RepositoriesState, RepositoriesState>
    {
        /// <inheritdoc/>
        public override RepositoriesState Answer(RepositoriesState state) => state;
    }

    /// <summary>One repository; refused with <c>RepositoryNotFoundException</c>.</summary>
    public sealed record Get(string Name) : Query<RepositoriesState, Repository>
    {
        /// <inheritdoc/>
        public override Repository Answer(RepositoriesState state) => state.Get(Name);
    }
}
