namespace Berth.Engine;

/// <summary>A part of the control plane that holds state of accounts and can drop one account's, for <c>berth reset</c>.</summary>
public interface IAccountReset
{
    /// <summary>Drops everything of the account, in every region. Safe to call again.</summary>
    ValueTask ResetAsync(string accountId, CancellationToken cancellationToken);
}
