"""What every part of the suite shares: phases of a run, outcomes of an experiment, timestamps."""
