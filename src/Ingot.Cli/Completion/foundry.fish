# Completes the words of the foundry command in fish.
function __foundry_suggestions
    set -l line (commandline --cut-at-cursor)
    foundry "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
end
complete --command foundry --no-files --arguments '(__foundry_suggestions)'
complete --command foundry --condition '__fish_seen_subcommand_from cd compile import run' --force-files
